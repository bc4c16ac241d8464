/** From the kept files to layers and tables on disk, with one layer chosen or a reason why none is. */
import { readFile } from 'node:fs/promises'
import { unpackUploads } from '../formats/archive.ts'
import { openSurvey } from '../formats/index.ts'
import { discoverLayers } from '../formats/layers.ts'
import { readPastedCoordinates } from '../formats/pasted-coordinates.ts'
import {
  SurveyFault,
  type LayerSource,
  type ReadOptions,
  type SurveyReader,
  type TableSource,
} from '../formats/types.ts'
import { isTableFile, type StoredFile, type StoredLayer, type StoredMessage } from '../import-record.ts'
import { mergedTexts, openMerged, type ImportLayerSource } from './merged-texts.ts'

export interface SourceSet {
  layers: ImportLayerSource[]
  tables: TableSource[]
  faults: StoredMessage[]
  ignored: string[]
}

export const PASTED_NAME = '粘贴的坐标.txt'
export const isPastedFile = (file: Pick<StoredFile, 'name'>): boolean => file.name === PASTED_NAME

/** Unpacks and groups the files of an import; throws a SurveyFault for an archive that must not be opened. */
export async function collectSources(
  files: readonly StoredFile[],
  pathOf: (sha256: string) => string,
  workDir: string,
  maxUnpackedBytes: number,
): Promise<SourceSet> {
  const pasted = files.filter(isPastedFile)
  const uploads = files
    .filter((file) => !isPastedFile(file))
    .map((file) => ({ name: file.name, path: pathOf(file.sha256) }))
  const unpacked = await unpackUploads(uploads, workDir, { maxTotalBytes: maxUnpackedBytes })
  const found =
    unpacked.files.length > 0 || pasted.length === 0
      ? await discoverLayers(unpacked.files)
      : { layers: [], tables: [], faults: [] }
  const pastedLayers = pasted.map((file): LayerSource => {
    const source = { name: file.name, path: pathOf(file.sha256), bytes: file.bytes }
    return { id: file.name, name: file.name, format: 'pasted', parts: { txt: source }, fault: null }
  })
  const merged = pastedLayers.length === 0 ? await mergedTexts(found.layers) : null
  return {
    layers: [...(merged ? [merged] : []), ...found.layers, ...pastedLayers],
    tables: ownFirst(found.tables, new Set(files.filter(isTableFile).map((file) => pathOf(file.sha256)))),
    faults: found.faults,
    ignored: unpacked.ignored,
  }
}

/** A table that somebody added by itself is meant rather than one that lay in the archive. */
function ownFirst(tables: readonly TableSource[], ownPaths: ReadonlySet<string>): TableSource[] {
  const isOwn = ({ file }: TableSource): boolean => ownPaths.has(file.path)
  return [...tables.filter(isOwn), ...tables.filter((table) => !isOwn(table))]
}

export async function openLayer(source: ImportLayerSource, options: ReadOptions = {}): Promise<SurveyReader> {
  if (source.members) return openMerged(source.members, options)
  if (source.format !== 'pasted') return openSurvey(source, options)
  return readPastedCoordinates(await readFile(source.parts.txt!.path, 'utf8'))
}

/** Names people can tell apart: the layer's own, with its folder where two are called alike. */
function shownNames(layers: readonly ImportLayerSource[]): Map<ImportLayerSource, string> {
  const counts = new Map<string, number>()
  for (const layer of layers) counts.set(layer.name, (counts.get(layer.name) ?? 0) + 1)
  return new Map(layers.map((layer) => [layer, counts.get(layer.name) === 1 ? layer.name : layer.id]))
}

/** Opens every layer far enough to say what it is. */
export async function describeLayers(layers: readonly ImportLayerSource[]): Promise<StoredLayer[]> {
  const names = shownNames(layers)
  const described: StoredLayer[] = []
  for (const layer of layers) {
    const base = { id: layer.id, name: names.get(layer)!, format: layer.format, selected: false }
    try {
      const reader = await openLayer(layer)
      described.push({
        ...base,
        geometryType: reader.geometryType,
        featureCount: reader.rowCount,
        selectable: true,
        refusal: null,
      })
      await reader.close()
    } catch (error) {
      if (!(error instanceof SurveyFault)) throw error
      const geometryType = String(error.params['type'] ?? '')
      described.push({
        ...base,
        geometryType,
        featureCount: null,
        selectable: false,
        refusal: error.toFault(),
      })
    }
  }
  return described
}

/** The chosen layer, the only one there is, all texts together, or none. */
export function selectLayer(
  layers: readonly StoredLayer[],
  chosen: string | undefined,
  mergedId: string | undefined,
): StoredLayer | null {
  const selectable = layers.filter((layer) => layer.selectable)
  if (chosen !== undefined) {
    const named =
      selectable.find((layer) => layer.id === chosen) ?? selectable.find((layer) => layer.name === chosen)
    if (named) return named
  }
  return (
    selectable.find((layer) => layer.id === mergedId) ?? (selectable.length === 1 ? selectable[0]! : null)
  )
}
