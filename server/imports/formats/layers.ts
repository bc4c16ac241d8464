import { posix } from 'node:path'
import { looksLikeBoundaryTxt } from './boundary-txt-grammar.ts'
import { decodeText } from '../detect/encoding.ts'
import { readHead } from './file-window.ts'
import { isTsdEncrypted } from './shapefile.ts'
import type { FileFault, LayerPart, LayerSource, SourceFile, TableSource } from './types.ts'

export interface DiscoveredLayers {
  layers: LayerSource[]
  tables: TableSource[]
  faults: FileFault[]
}

const SHAPEFILE_PARTS = ['shp', 'shx', 'dbf', 'prj', 'cpg'] as const
type ShapefilePart = (typeof SHAPEFILE_PARTS)[number]

/** Groups files to layers: parts of one shapefile share folder and name, whatever the case of either. */
export async function discoverLayers(files: readonly SourceFile[]): Promise<DiscoveredLayers> {
  const found: DiscoveredLayers = { layers: [], tables: [], faults: [] }
  const groups = new Map<string, Partial<Record<ShapefilePart, SourceFile>>>()
  const texts: SourceFile[] = []
  for (const file of files) {
    const suffix = suffixOf(file.name)
    const part = suffix === 'cst' ? 'cpg' : SHAPEFILE_PARTS.find((known) => known === suffix)
    if (part) addPart(groups, part, file)
    else if (suffix === 'txt') texts.push(file)
    else if (suffix === 'geojson' || suffix === 'json') found.layers.push(await singleFile(file, 'geojson'))
    else if (suffix === 'xlsx' || suffix === 'xls' || suffix === 'csv')
      found.tables.push(await table(file, suffix))
  }
  for (const parts of groups.values()) await addShapefile(found, parts)
  for (const file of texts) await addText(found, file, texts.length === files.length)
  makeIdsUnique(found.layers)
  if (found.layers.length === 0 && found.faults.length === 0) {
    found.faults.push({
      code: 'archive_no_survey',
      params: {
        files: files
          .map(({ name }) => name)
          .slice(0, 5)
          .join('、'),
      },
    })
  }
  return found
}

const suffixOf = (name: string): string => posix.extname(name).slice(1).toLowerCase()
const stemOf = (name: string): string => name.slice(0, name.length - posix.extname(name).length)

function addPart(
  groups: Map<string, Partial<Record<ShapefilePart, SourceFile>>>,
  part: ShapefilePart,
  file: SourceFile,
): void {
  const key = stemOf(file.name).toLowerCase()
  const group = groups.get(key) ?? {}
  groups.set(key, group)
  group[part] ??= file
}

async function addShapefile(
  found: DiscoveredLayers,
  parts: Partial<Record<ShapefilePart, SourceFile>>,
): Promise<void> {
  const { shp, dbf, shx } = parts
  if (shp) {
    found.layers.push({ ...identity(shp), format: 'shapefile', parts, fault: await partsFault(parts) })
    return
  }
  if (dbf) found.tables.push(await table(dbf, 'dbf'))
  // A .prj or .cpg without its .shp tells nothing; a .dbf or .shx means the main file was forgotten.
  const orphan = shx ?? dbf
  if (orphan)
    found.faults.push({ code: 'shp_missing', params: { name: posix.basename(stemOf(orphan.name)) } })
}

const identity = (file: SourceFile): { id: string; name: string } => ({
  id: stemOf(file.name),
  name: posix.basename(stemOf(file.name)),
})

async function partsFault(parts: Partial<Record<LayerPart, SourceFile>>): Promise<FileFault | null> {
  for (const file of Object.values(parts)) {
    const fault = await encryptionFault(file)
    if (fault) return fault
  }
  const shp = parts.shp
  return shp && shp.bytes === 0 ? { code: 'member_empty', params: { name: shp.name } } : null
}

async function encryptionFault(file: SourceFile): Promise<FileFault | null> {
  if (!isTsdEncrypted(await readHead(file.path))) return null
  return { code: 'member_encrypted', params: { name: file.name } }
}

async function singleFile(file: SourceFile, format: 'geojson' | 'boundary_txt'): Promise<LayerSource> {
  const part: LayerPart = format === 'geojson' ? 'geojson' : 'txt'
  const empty: FileFault | null =
    file.bytes === 0 ? { code: 'member_empty', params: { name: file.name } } : null
  return { ...identity(file), format, parts: { [part]: file }, fault: (await encryptionFault(file)) ?? empty }
}

async function table(file: SourceFile, format: TableSource['format']): Promise<TableSource> {
  return { ...identity(file), id: file.name, format, file, fault: await encryptionFault(file) }
}

/** Readme files travel with surveys: a .txt counts when it looks like coordinates, or is all there is. */
async function addText(found: DiscoveredLayers, file: SourceFile, isAllThereIs: boolean): Promise<void> {
  const layer = await singleFile(file, 'boundary_txt')
  if (layer.fault?.code === 'member_encrypted') {
    found.layers.push(layer)
    return
  }
  const head = decodeText(await readHead(file.path, 64 * 1024))
  if (looksLikeBoundaryTxt(head)) found.layers.push(layer)
  else if (isAllThereIs) {
    found.layers.push({
      ...layer,
      fault: layer.fault ?? { code: 'txt_not_boundary', params: { name: file.name } },
    })
  }
}

function makeIdsUnique(layers: LayerSource[]): void {
  const taken = new Set<string>()
  for (const layer of layers) {
    const wanted = layer.id
    for (let i = 2; taken.has(layer.id); i++) layer.id = `${wanted} (${i})`
    taken.add(layer.id)
  }
}
