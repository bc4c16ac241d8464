import { extensionOf } from '../../state/import-groups.ts'

const COMPANIONS = new Set(['shx', 'dbf', 'prj', 'cpg', 'sbn', 'sbx', 'qpj', 'qix', 'xml', 'fix', 'atx'])
const stemOf = (name: string): string => name.replace(/(\.shp)?\.[^.]+$/i, '').toLowerCase()

/** Names a person knows an upload by: the companions of a .shp go without saying. */
export function fileTitle(names: readonly string[]): string {
  const shapes = new Set(names.filter((name) => extensionOf(name) === 'shp').map(stemOf))
  const told = names.filter((name) => !COMPANIONS.has(extensionOf(name)) || !shapes.has(stemOf(name)))
  return told.join('、')
}
