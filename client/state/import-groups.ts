/** Which of the files dropped together belong to one survey. Pure: a table of names in, groups out. */

export interface FileGroup<F> {
  /** What the group is called on the screen. */
  title: string
  files: F[]
  /** Nothing in it can be a survey: it waits for one. */
  isTableOnly: boolean
  /** Parts of a shapefile without the .shp itself. */
  lacksShp: boolean
}

const PARTS = new Set(['shp', 'shx', 'dbf', 'prj', 'cpg', 'sbn', 'sbx', 'qpj', 'qix', 'fix', 'atx', 'xml'])
const TABLES = new Set(['xlsx', 'xls', 'csv'])
const LEAST_SHARED_NAME = 3

export const extensionOf = (name: string): string => /\.([^.]+)$/.exec(name)?.[1].toLowerCase() ?? ''
const stemOf = (name: string): string => name.replace(/(\.shp)?\.[^.]+$/i, '')

function sharedStart(first: string, second: string): number {
  const limit = Math.min(first.length, second.length)
  for (let index = 0; index < limit; index++) if (first[index] !== second[index]) return index
  return limit
}

/** A zip, a TXT, a GeoJSON and each loose shapefile are a survey of their own; tables go with the survey whose name they share. */
export function groupFiles<F extends { name: string }>(files: readonly F[]): FileGroup<F>[] {
  const groups = new Map<string, FileGroup<F>>()
  const tables: F[] = []
  for (const file of files) {
    const extension = extensionOf(file.name)
    if (TABLES.has(extension)) {
      tables.push(file)
      continue
    }
    const isPart = PARTS.has(extension)
    const key = isPart ? `shapefile:${stemOf(file.name).toLowerCase()}` : `file:${file.name}`
    const group = groups.get(key) ?? {
      title: isPart ? stemOf(file.name) : file.name,
      files: [],
      isTableOnly: false,
      lacksShp: false,
    }
    group.files.push(file)
    groups.set(key, group)
  }
  const surveys = [...groups.values()]
  for (const group of surveys) {
    const isShapefile = group.files.every((file) => PARTS.has(extensionOf(file.name)))
    group.lacksShp = isShapefile && !group.files.some((file) => extensionOf(file.name) === 'shp')
  }
  const homeless = tables.filter((table) => {
    const home = surveys.length === 1 ? surveys[0] : closest(table, surveys)
    home?.files.push(table)
    return !home
  })
  if (homeless.length > 0)
    surveys.push({ title: homeless[0].name, files: homeless, isTableOnly: true, lacksShp: false })
  return surveys
}

function closest<F extends { name: string }>(table: F, surveys: FileGroup<F>[]): FileGroup<F> | undefined {
  return surveys
    .map((survey) => ({ survey, shared: sharedStart(stemOf(table.name), stemOf(survey.title)) }))
    .filter(({ shared }) => shared >= LEAST_SHARED_NAME)
    .sort((first, second) => second.shared - first.shared)[0]?.survey
}
