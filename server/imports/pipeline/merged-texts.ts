/** Bureaus write one boundary TXT a plot: several of them in one upload are one survey. */
import { openSurvey } from '../formats/index.ts'
import type { LayerSource, ReadOptions, SurveyField, SurveyReader, SurveyRow } from '../formats/types.ts'

/** A layer, or several of one kind read as one after the other. */
export interface ImportLayerSource extends LayerSource {
  members?: readonly LayerSource[]
}

/** Column that says which file a plot came from. */
const SOURCE_COLUMN = '来源文件'

/** The TXT files as one layer when they agree on their coordinate system; null when there is nothing to merge. */
export async function mergedTexts(layers: readonly LayerSource[]): Promise<ImportLayerSource | null> {
  const isAllText = layers.every((layer) => layer.format === 'boundary_txt' && layer.fault === null)
  if (layers.length < 2 || !isAllText) return null
  const declarations = new Set<string>()
  for (const layer of layers) {
    const reader = await openSurvey(layer).catch(() => null)
    if (!reader) return null
    declarations.add(JSON.stringify(reader.declaration))
    await reader.close()
  }
  if (declarations.size > 1) return null
  const name = `全部界址点文件（${layers.length} 个）`
  return { id: name, name, format: 'boundary_txt', parts: {}, fault: null, members: layers }
}

/** Rows of all members, numbered through. */
export async function openMerged(
  members: readonly LayerSource[],
  options: ReadOptions,
): Promise<SurveyReader> {
  const readers: SurveyReader[] = []
  for (const member of members) readers.push(await openSurvey(member, options))
  const fields = new Map<string, SurveyField>()
  for (const reader of readers) for (const field of reader.fields) fields.set(field.name, field)
  fields.set(SOURCE_COLUMN, { name: SOURCE_COLUMN, type: 'text', length: 0, decimals: 0 })
  return {
    ...readers[0]!,
    fields: [...fields.values()],
    rowCount: readers.reduce((sum, reader) => sum + (reader.rowCount ?? 0), 0),
    notes: readers.flatMap((reader) => reader.notes),
    batches: () => allBatches(readers, members),
    close: async () => {
      await Promise.all(readers.map((reader) => reader.close()))
    },
  }
}

async function* allBatches(
  readers: readonly SurveyReader[],
  members: readonly LayerSource[],
): AsyncGenerator<SurveyRow[]> {
  let number = 0
  for (const [index, reader] of readers.entries()) {
    for await (const batch of reader.batches()) {
      yield batch.map((row) => ({
        ...row,
        row: ++number,
        attributes: { ...row.attributes, [SOURCE_COLUMN]: members[index]!.name },
      }))
    }
  }
}
