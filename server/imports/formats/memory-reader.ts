import type { SurveyReader, SurveyRow } from './types.ts'

/** Reader over rows that are already in memory (TXT, pasted text, GeoJSON). */
export function memoryReader(
  survey: Omit<SurveyReader, 'batches' | 'close' | 'rowCount'> & { rows: SurveyRow[]; batchSize?: number },
): SurveyReader {
  const { rows, batchSize = 1000, ...rest } = survey
  return {
    ...rest,
    rowCount: rows.length,
    batches: () => slices(rows, batchSize),
    close: () => Promise.resolve(),
  }
}

async function* slices(rows: readonly SurveyRow[], size: number): AsyncGenerator<SurveyRow[]> {
  for (let i = 0; i < rows.length; i += size) {
    yield await Promise.resolve(rows.slice(i, i + size))
  }
}
