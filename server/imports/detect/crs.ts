import { type Crs, type Datum } from '../../kernel/crs.ts'
import type { CrsDeclaration } from '../formats/types.ts'
import { readDeclaredCrs, type DeclaredCrs } from './declared-crs.ts'
import type { Evidence, EvidenceCode } from './evidence.ts'
import {
  fitOf,
  fitsOfValues,
  GOOD_FIT,
  looksLikeWebMapDegrees,
  onDatum,
  type CoordinateSample,
  type Fit,
  type LonLatExtent,
} from './value-crs.ts'

export interface CrsCandidate {
  /** `EPSG:nnnn`. */
  crs: string
  zhName: string
  enName: string
  reason: CrsCandidateReason
}

export const CRS_CANDIDATE_REASONS = ['decided', 'values', 'declared', 'same_zone_other_datum'] as const
export type CrsCandidateReason = (typeof CRS_CANDIDATE_REASONS)[number]

export interface CrsDetection {
  /** `EPSG:nnnn`, null when it can't be told. */
  crs: string | null
  datum: Datum | null
  /** The one thing a person must say before the survey can be used. */
  needsChoice: null | 'crs' | 'datum' | 'axis'
  /** The values come northing (or latitude) first: flip them before use. */
  isAxisSwapped: boolean
  candidates: CrsCandidate[]
  evidence: Evidence[]
  /** Perhaps web-map coordinates (GCJ-02), 400 to 500 m off; only ever a hint. */
  gcj02Suspected: boolean
}

export interface CrsInput {
  declaration: CrsDeclaration
  sample: CoordinateSample
  /** Outline of the county or counties; null: all of China. */
  extent: LonLatExtent | null
  /** YYYY-MM-DD of the DBF header or the TXT. */
  dataDate?: string | null
}

/** CGCS2000 became compulsory on this day. */
const CGCS2000_COMPULSORY_ON = '2018-07-01'

/**
 * Which CRS a survey is in. What is declared is a hypothesis and the values may refute it; the values
 * tell the zone and the axis order, never the datum.
 */
export function detectCrs(input: CrsInput): CrsDetection {
  const declared = readDeclaredCrs(input.declaration)
  const decision = decide(declared, input)
  const detection: CrsDetection = {
    crs: decision.crs?.code ?? null,
    datum: decision.datum,
    needsChoice: decision.needsChoice,
    isAxisSwapped: decision.isSwapped,
    candidates: candidatesOf(decision, declared, input),
    evidence: [...declared.evidence, ...decision.evidence],
    gcj02Suspected: declared.namesGcj02 || isGcj02Possible(declared, decision, input),
  }
  if (decision.isSwapped) detection.evidence.push(fromValues('axis', 'axis_swapped'))
  if (detection.gcj02Suspected) detection.evidence.push(fromValues('datum', 'gcj02_possible', {}, false))
  addDateEvidence(detection, input.dataDate ?? null)
  return detection
}

interface Decision {
  crs: Crs | null
  datum: Datum | null
  isSwapped: boolean
  needsChoice: CrsDetection['needsChoice']
  evidence: Evidence[]
}

const fromValues = (
  kind: Evidence['kind'],
  code: EvidenceCode,
  params: Evidence['params'] = {},
  agrees = true,
): Evidence => ({ kind, source: 'values', code, params, agrees })

const fromDeclared = (
  declared: DeclaredCrs,
  code: EvidenceCode,
  params: Evidence['params'],
  agrees: boolean,
): Evidence => ({
  kind: 'crs',
  source: declared.source,
  code,
  params,
  agrees,
})

const percent = (share: number): number => Math.round(share * 100)

function decide(declared: DeclaredCrs, input: CrsInput): Decision {
  if (declared.status === 'foreign') return foreignDecision(declared)
  if (input.sample.points.length === 0) return withoutValues(declared)
  if (declared.crs.length > 0) return judgeDeclared(declared, input)
  return byValues(declared, input)
}

function foreignDecision({ datum }: DeclaredCrs): Decision {
  return { crs: null, datum, isSwapped: false, needsChoice: 'crs', evidence: [] }
}

function withoutValues(declared: DeclaredCrs): Decision {
  const crs = declared.crs[0] ?? null
  const needsChoice = crs ? datumChoice(declared.datum) : 'crs'
  const evidence = crs ? [fromDeclared(declared, 'declares_crs', { crs: crs.code }, true)] : []
  return { crs, datum: declared.datum, isSwapped: false, needsChoice, evidence }
}

/** Xian 80 and Beijing 54 have no public way to CGCS2000: parameters, or uncalibrated, is for a person to say. */
const datumChoice = (datum: Datum | null): 'datum' | null =>
  datum === 'CGCS2000' || datum === 'WGS84' ? null : 'datum'

function judgeDeclared(declared: DeclaredCrs, input: CrsInput): Decision {
  const { sample, extent } = input
  const hypotheses: Fit[] = declared.crs.flatMap((crs) =>
    [false, true].map((isSwapped) => ({ crs, isSwapped, share: fitOf(crs, isSwapped, sample, extent) })),
  )
  const confirmed = hypotheses.find(({ share }) => share >= GOOD_FIT)
  if (confirmed) return accept(declared, confirmed, input)
  const refuting = refutingFit(declared, input)
  if (refuting) return refute(declared, refuting, input)
  const elsewhere = extent
    ? hypotheses.find(({ crs, isSwapped }) => fitOf(crs, isSwapped, sample, null) >= GOOD_FIT)
    : null
  const kept = elsewhere ?? hypotheses[0]!
  const code = elsewhere ? 'away_from_county' : 'outside_china'
  return {
    crs: kept.crs,
    datum: declared.datum,
    isSwapped: kept.isSwapped,
    needsChoice: datumChoice(declared.datum),
    evidence: [
      fromDeclared(declared, 'declares_crs', { crs: kept.crs.code }, true),
      fromValues('crs', code, { percent: percent(1 - kept.share) }, false),
    ],
  }
}

function accept(declared: DeclaredCrs, fit: Fit, { extent }: CrsInput): Decision {
  const evidence = [fromDeclared(declared, 'declares_crs', { crs: fit.crs.code }, true)]
  evidence.push(fromValues('crs', extent ? 'near_county' : 'inside_china', { percent: percent(fit.share) }))
  if (declared.datum === 'WGS84') {
    evidence.push({
      kind: 'datum',
      source: declared.source,
      code: 'wgs84_is_cgcs2000',
      params: {},
      agrees: true,
    })
  }
  const choice = datumChoice(declared.datum)
  if (choice && declared.datum) {
    evidence.push({
      kind: 'datum',
      source: declared.source,
      code: 'datum_needs_parameters',
      params: { datum: declared.datum },
      agrees: true,
    })
  }
  return { crs: fit.crs, datum: declared.datum, isSwapped: fit.isSwapped, needsChoice: choice, evidence }
}

/** The one CRS that explains the values the declared one does not; the declared meridian breaks ties. */
function refutingFit(declared: DeclaredCrs, { sample, extent }: CrsInput): Fit | null {
  const fits = fitsOfValues(sample, extent)
  if (fits.length <= 1) return fits[0] ?? null
  const meridian = declared.crs[0]!.centralMeridianDeg
  const onMeridian = fits.filter(
    ({ crs }) => crs.kind === 'gauss_kruger' && crs.centralMeridianDeg === meridian,
  )
  if (onMeridian.length === 1) return onMeridian[0]!
  return fits[0]!.share - fits[1]!.share > 0.3 ? fits[0]! : null
}

function refute(declared: DeclaredCrs, fit: Fit, { sample, extent }: CrsInput): Decision {
  const said = declared.crs[0]!
  const evidence = [
    fromDeclared(declared, 'declares_crs', { crs: said.code }, false),
    fromValues('crs', refutationCode(said, fit.crs), { crs: fit.crs.code, percent: percent(fit.share) }),
  ]
  const isPlane = fit.crs.kind === 'gauss_kruger'
  // Degrees declared as WGS 84 are often just the default of a program: it says nothing about a plane's datum.
  const datum =
    fit.crs.kind === 'web_mercator' ? 'WGS84' : isPlane && declared.datum === 'WGS84' ? null : declared.datum
  // Both meridians are possible in China: the county decides, but a person should see it.
  const couldBeTrue = extent !== null && fitOf(said, false, sample, null) >= GOOD_FIT
  const needsChoice = couldBeTrue ? 'crs' : datumChoice(datum)
  return {
    crs: onDatum(fit.crs, datum ?? 'CGCS2000'),
    datum,
    isSwapped: fit.isSwapped,
    needsChoice,
    evidence,
  }
}

/** What exactly the values contradict, for a sentence a surveyor understands. */
function refutationCode(said: Crs, found: Crs): EvidenceCode {
  if (found.kind === 'web_mercator') return 'values_are_web_mercator'
  if (said.kind === 'geographic') return 'values_are_metres'
  if (found.kind === 'geographic') return 'values_are_degrees'
  if (said.centralMeridianDeg === found.centralMeridianDeg && said.hasZonePrefix !== found.hasZonePrefix) {
    return found.hasZonePrefix ? 'values_have_prefix' : 'values_lack_prefix'
  }
  return 'values_other_zone'
}

function byValues(declared: DeclaredCrs, { sample, extent }: CrsInput): Decision {
  const missing = declared.evidence.length === 0 && declared.status === 'none'
  const evidence = missing ? [fromDeclared(declared, 'crs_not_declared', {}, true)] : []
  const inCounty = fitsOfValues(sample, extent)
  const fits = inCounty.length > 0 || !extent ? inCounty : fitsElsewhere(sample)
  const best = fits[0]
  if (!best || isAmbiguous(fits)) {
    const code = best ? 'values_ambiguous' : 'values_fit_nothing'
    const needsChoice = best && fits.every(({ crs }) => crs === best.crs) ? 'axis' : 'crs'
    evidence.push(fromValues('crs', code, {}, false))
    const crs = needsChoice === 'axis' ? onDatum(best!.crs, declared.datum ?? 'CGCS2000') : null
    return { crs, datum: declared.datum, isSwapped: false, needsChoice, evidence }
  }
  evidence.push(fromValues('crs', 'values_tell_zone', { zone: best.crs.code }))
  const isElsewhere = extent !== null && inCounty.length === 0
  if (isElsewhere) evidence.push(fromValues('crs', 'away_from_county', { percent: 100 }, false))
  return { ...datumOfValues(declared, best), isSwapped: best.isSwapped, evidence }
}

/** Without a county to confirm it, an exchange of axes on top would be one guess too many. */
const fitsElsewhere = (sample: CoordinateSample): Fit[] =>
  fitsOfValues(sample, null).filter(({ isSwapped }) => !isSwapped)

function datumOfValues(declared: DeclaredCrs, best: Fit): Pick<Decision, 'crs' | 'datum' | 'needsChoice'> {
  if (best.crs.kind === 'web_mercator') return { crs: best.crs, datum: 'WGS84', needsChoice: 'datum' }
  const datum = declared.datum
  return { crs: onDatum(best.crs, datum ?? 'CGCS2000'), datum, needsChoice: datumChoice(datum) }
}

const isAmbiguous = (fits: readonly Fit[]): boolean =>
  fits.length > 1 && fits[0]!.share - fits[1]!.share < 0.3

function isGcj02Possible(declared: DeclaredCrs, decision: Decision, { sample }: CrsInput): boolean {
  if (declared.source === 'prj' && declared.status === 'known') return false
  if (decision.crs?.kind === 'web_mercator') return declared.status === 'none'
  return decision.crs?.kind === 'geographic' && looksLikeWebMapDegrees(sample)
}

const MAX_CANDIDATES = 8

function candidatesOf(
  decision: Decision,
  declared: DeclaredCrs,
  { sample, extent }: CrsInput,
): CrsCandidate[] {
  const list: { crs: Crs; reason: CrsCandidateReason }[] = []
  const add = (crs: Crs | null, reason: CrsCandidateReason) => {
    if (crs && !list.some((known) => known.crs === crs)) list.push({ crs, reason })
  }
  add(decision.crs, 'decided')
  if (decision.needsChoice === 'datum' && decision.crs) {
    for (const datum of ['CGCS2000', 'Xian80', 'Beijing54'] as const)
      add(onDatum(decision.crs, datum), 'same_zone_other_datum')
  }
  for (const crs of declared.crs) add(crs, 'declared')
  if (decision.needsChoice === 'crs') {
    const inCounty = fitsOfValues(sample, extent)
    const fits = inCounty.length > 0 || !extent ? inCounty : fitsElsewhere(sample)
    for (const { crs } of fits) add(onDatum(crs, declared.datum ?? 'CGCS2000'), 'values')
  }
  return list
    .slice(0, MAX_CANDIDATES)
    .map(({ crs, reason }) => ({ crs: crs.code, zhName: crs.zhName, enName: crs.enName, reason }))
}

/** The date suggests, a person decides. */
function addDateEvidence(detection: CrsDetection, dataDate: string | null): void {
  if (!dataDate || detection.datum !== null || detection.crs === null) return
  const isAfter = dataDate >= CGCS2000_COMPULSORY_ON
  detection.evidence.push({
    kind: 'datum',
    source: 'date',
    code: isAfter ? 'date_suggests_cgcs2000' : 'date_before_cgcs2000',
    params: { date: dataDate },
    agrees: isAfter,
  })
}
