/** Reads uploaded files the way an import does, up to the rows: unpack, group, detect, read. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { detectCrs, type CrsDetection } from '../../server/imports/detect/crs.ts'
import { createCoordinateSampler, type LonLatExtent } from '../../server/imports/detect/value-crs.ts'
import { unpackUploads, type ArchiveLimits } from '../../server/imports/formats/archive.ts'
import { detectSurveyEncoding, openSurvey } from '../../server/imports/formats/index.ts'
import { discoverLayers } from '../../server/imports/formats/layers.ts'
import {
  ROW_FAULTS,
  SurveyFault,
  type LayerSource,
  type SurveyReader,
  type SurveyRow,
} from '../../server/imports/formats/types.ts'
import type { EncodingDetection } from '../../server/imports/detect/encoding.ts'

export interface ReadLayer {
  source: LayerSource
  reader: SurveyReader
  rows: SurveyRow[]
  encoding: EncodingDetection | null
  crs: CrsDetection
}

export interface ReadSurvey {
  /** Set when the upload as a whole, or every layer of it, is refused. */
  refusedBy: string[]
  layers: ReadLayer[]
  /** Every code that came up: faults, notes, evidence. */
  codes: Set<string>
}

export interface NamedBytes {
  name: string
  data: Buffer
}

export async function readSurvey(
  files: readonly NamedBytes[],
  extent: LonLatExtent | null,
  limits: Partial<ArchiveLimits> = {},
): Promise<ReadSurvey> {
  const folder = await mkdtemp(join(tmpdir(), 'qidi-survey-'))
  try {
    const uploads = files.map(({ name }, index) => ({ name, path: join(folder, `upload-${index}`) }))
    await Promise.all(uploads.map(({ path }, index) => writeFile(path, files[index]!.data)))
    return await readUploads(uploads, join(folder, 'unpacked'), extent, limits)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export async function readUploads(
  uploads: readonly { name: string; path: string }[],
  workDir: string,
  extent: LonLatExtent | null,
  limits: Partial<ArchiveLimits> = {},
): Promise<ReadSurvey> {
  const survey: ReadSurvey = { refusedBy: [], layers: [], codes: new Set() }
  const refuse = (code: string) => {
    survey.refusedBy.push(code)
    survey.codes.add(code)
  }
  try {
    const { files } = await unpackUploads(uploads, workDir, limits)
    const found = await discoverLayers(files)
    found.faults.forEach(({ code }) => refuse(code))
    for (const source of found.layers) {
      try {
        survey.layers.push(await readLayer(source, extent, survey.codes))
      } catch (error) {
        if (!(error instanceof SurveyFault)) throw error
        refuse(error.code)
      }
    }
  } catch (error) {
    if (!(error instanceof SurveyFault)) throw error
    refuse(error.code)
  }
  return survey
}

async function readLayer(
  source: LayerSource,
  extent: LonLatExtent | null,
  codes: Set<string>,
): Promise<ReadLayer> {
  const encoding = await detectSurveyEncoding(source)
  const reader = await openSurvey(source, encoding ? { encoding: encoding.encoding } : {})
  try {
    const rows: SurveyRow[] = []
    const sampler = createCoordinateSampler()
    for await (const batch of reader.batches()) {
      for (const row of batch) {
        rows.push(row)
        if (row.wkb) sampler.add(row.wkb)
        row.faults.forEach(({ code }) => codes.add(code))
      }
    }
    const { declaration, dataDate } = reader
    const crs = detectCrs({ declaration, sample: sampler.sample(), extent, dataDate })
    const evidence = [...(encoding?.evidence ?? []), ...crs.evidence]
    for (const { code } of [...reader.notes, ...evidence]) codes.add(code)
    return { source, reader, rows, encoding, crs }
  } finally {
    await reader.close()
  }
}

export const isBlocked = (row: SurveyRow): boolean =>
  row.wkb === null || row.faults.some(({ code }) => ROW_FAULTS[code] === 'blocking')
