import type { ImportDetected, ImportIssue, ImportView } from '#contract/import.ts'

export const IMPORT_ID = '150623-01920000-0000-7000-8000-000000000001'

const DETECTED: ImportDetected = {
  encoding: 'GBK',
  crs: 'EPSG:4524',
  datum: 'CGCS2000',
  evidence: [],
  crsName: { zh: '国家2000坐标系，3度带第36带', en: 'CGCS2000, 3-degree zone 36' },
  isAxisSwapped: false,
  needsChoice: [],
  crsCandidates: [],
  encodingCandidates: [],
  insideCountyShare: 1,
  plausibility: null,
}

export const detected = (patch: Partial<ImportDetected> = {}): ImportDetected => ({ ...DETECTED, ...patch })

export const issue = (patch: Partial<ImportIssue> = {}): ImportIssue => ({
  row: 1,
  field: null,
  code: 'overlap',
  severity: 'warning',
  value: null,
  message: '与第 2 行重叠',
  ...patch,
})

/** A checked survey of 312 parcels without any fault. */
export const importView = (patch: Partial<ImportView> = {}): ImportView => ({
  id: IMPORT_ID,
  status: 'ready',
  version: 5,
  work: null,
  ledger: 'idle',
  files: [{ name: '调查.zip', bytes: 2048, sha256: 'a'.repeat(64) }],
  layers: [],
  layer: '闲置土地',
  detected: detected(),
  choices: { encoding: null, crs: null, uncalibrated: false, datumParameters: null },
  mapping: [
    { source: '台账编号', field: 'parcelNo', unit: null, by: 'exact', samples: ['XZ-1'] },
    { source: '面积', field: 'documentAreaM2', unit: 'mu', by: 'alias', samples: ['12.5'] },
    { source: 'OBJECTID', field: null, unit: null, samples: ['1'] },
  ],
  join: null,
  counts: {
    features: 312,
    ready: 312,
    repaired: 0,
    blocked: 0,
    new: 312,
    changed: 0,
    unchanged: 0,
    draft: 0,
  },
  issueCounts: {},
  issues: [],
  extent: null,
  progress: null,
  isCleared: false,
  problem: null,
  notice: null,
  createdAt: '2026-01-05T01:30:00Z',
  createdBy: '经办人',
  committedAt: null,
  undoneAt: null,
  changeSetId: null,
  durationMs: 1200,
  ...patch,
})
