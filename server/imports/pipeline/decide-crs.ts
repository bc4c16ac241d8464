/** CRS, datum and axis order in force: what was detected, what a person chose, and what is still open. */
import type { DatumParameters, ImportDetected } from '../../contract/import.ts'
import { crsByCode, projectedCrsFor, type Crs } from '../../kernel/crs.ts'
import { detectCrs, type CrsDetection } from '../detect/crs.ts'
import { fitOf, type CoordinateSample, type LonLatExtent } from '../detect/value-crs.ts'
import type { CrsDeclaration } from '../formats/types.ts'
import type { StoredEvidence } from '../evidence.ts'
import type { StoredChoices } from '../import-record.ts'
import { needsDatumParameters, type Georeference } from './georeference.ts'

export interface CrsInput {
  declaration: CrsDeclaration
  sample: CoordinateSample
  extent: LonLatExtent | null
  dataDate: string | null
  usualSrid: number | null
}

export interface CrsDecision {
  /** As `ImportDetected` shows it. */
  crs: string | null
  datum: string | null
  crsName: ImportDetected['crsName']
  isAxisSwapped: boolean
  needsChoice: ImportDetected['needsChoice']
  crsCandidates: ImportDetected['crsCandidates']
  evidence: StoredEvidence[]
  /** Null while something is open. */
  georeference: Georeference | null
}

const named = (crs: Crs | null): ImportDetected['crsName'] =>
  crs ? { zh: crs.zhName, en: crs.enName } : null

const PLACE_CODES: ReadonlySet<string> = new Set([
  'near_county',
  'inside_china',
  'away_from_county',
  'outside_china',
])

const datumName = (crs: Crs): string => crs.datum

/** A person's CRS stands, whatever the file says; the values still tell whether its axes are swapped. */
function chosenSwap(
  crs: Crs,
  choices: StoredChoices,
  detection: CrsDetection,
  sample: CoordinateSample,
): boolean {
  if (choices.isAxisSwapped !== undefined) return choices.isAxisSwapped
  const straight = fitOf(crs, false, sample, null)
  const swapped = fitOf(crs, true, sample, null)
  return straight === swapped ? detection.isAxisSwapped && detection.crs === crs.code : swapped > straight
}

function openChoices(
  crs: Crs | null,
  detection: CrsDetection,
  choices: StoredChoices,
  parameters: DatumParameters | null,
): ImportDetected['needsChoice'] {
  if (!crs) return ['crs']
  const isDatumSettled = choices.uncalibrated === true || parameters !== null
  if (choices.crs !== undefined) return needsDatumParameters(crs) && !isDatumSettled ? ['datum'] : []
  const open = detection.needsChoice
  if (open === null) return []
  if (open === 'axis') return choices.isAxisSwapped === undefined ? ['axis'] : []
  if (open === 'datum') return isDatumSettled ? [] : ['datum']
  return ['crs']
}

export function decideCrs(input: CrsInput, choices: StoredChoices): CrsDecision {
  const detection = detectCrs({
    declaration: input.declaration,
    sample: input.sample,
    extent: input.extent,
    dataDate: input.dataDate,
  })
  const chosen = choices.crs === undefined ? null : crsByCode(choices.crs)
  const crs = chosen ?? (detection.crs ? crsByCode(detection.crs) : null)
  const parameters = choices.datumParameters ?? null
  const needsChoice = openChoices(crs, detection, choices, parameters)
  const isAxisSwapped = chosen
    ? chosenSwap(chosen, choices, detection, input.sample)
    : (choices.isAxisSwapped ?? detection.isAxisSwapped)
  // Where the values lie was asked of the system that was detected; of another one it says nothing.
  const evidence: StoredEvidence[] = detection.evidence.filter(
    ({ code }) => !chosen || chosen.code === detection.crs || !PLACE_CODES.has(code),
  )
  if (chosen) {
    const params = { name: chosen.zhName, nameEn: chosen.enName, crs: chosen.code }
    evidence.push({ kind: 'crs', source: 'user', code: 'crs_chosen', params, agrees: true })
  }
  return {
    crs: crs?.code ?? null,
    datum: chosen ? datumName(chosen) : detection.datum,
    crsName: named(crs),
    isAxisSwapped,
    needsChoice,
    crsCandidates: detection.candidates.map(({ crs: code, zhName, enName, reason }) => ({
      crs: code,
      name: { zh: zhName, en: enName },
      reason,
    })),
    evidence,
    georeference: crs && needsChoice.length === 0 ? georeferenceOf(crs, isAxisSwapped, choices, input) : null,
  }
}

const WEB_MERCATOR_M_PER_DEGREE = (Math.PI * 6_378_137) / 180

/** Where the survey lies, for a county that nobody has drawn. */
function surveyLon(crs: Crs, isAxisSwapped: boolean, sample: CoordinateSample): number {
  if (crs.kind !== 'web_mercator' && crs.centralMeridianDeg !== null) return crs.centralMeridianDeg
  const east = sample.points[0]?.[isAxisSwapped ? 1 : 0] ?? 0
  return crs.kind === 'web_mercator' ? east / WEB_MERCATOR_M_PER_DEGREE : east
}

function georeferenceOf(
  crs: Crs,
  isAxisSwapped: boolean,
  choices: StoredChoices,
  input: CrsInput,
): Georeference {
  const parameters = needsDatumParameters(crs) ? (choices.datumParameters ?? null) : null
  const { extent } = input
  const middleLon = extent ? (extent.minLon + extent.maxLon) / 2 : surveyLon(crs, isAxisSwapped, input.sample)
  return {
    crs,
    isAxisSwapped,
    datumParameters: parameters,
    // Uncalibrated is also what a person says of a survey whose datum nobody knows any more.
    isCalibrated: parameters !== null || (!needsDatumParameters(crs) && choices.uncalibrated !== true),
    planeSrid: input.usualSrid ?? projectedCrsFor(middleLon).srid,
  }
}
