/** Which lots of the invented quarters stand in which survey: clusters of neighbours, as real backlogs lie. */
import { layQuarter, type CadastralLot, type QuarterPlan } from '../cadastre/quarter.ts'
import type { Point, Ring } from '../cadastre/polygon.ts'
import type { Random } from '../cadastre/random.ts'

export type Ledger = 'approved_unsupplied' | 'idle'

/** One polygon: outer ring first, then holes; open rings, millimetres. */
export type Part = readonly Ring[]

export interface ChosenParcel {
  quarter: string
  townCode: string
  block: number
  kind: CadastralLot['kind']
  parts: readonly Part[]
  middle: Point
  areaM2: number
}

export type Quotas = Readonly<Record<string, Readonly<Record<string, number>>>>

/** Strips along streets are never granted to anybody, so they never lie idle. */
const SURVEYS_OF_GRANTED_LAND = ['idle', 'park']

/** Parcels by survey, from the number wanted per quarter and survey. */
export function chooseParcels(
  quarters: readonly QuarterPlan[],
  quotas: Quotas,
  random: Random,
): Map<string, ChosenParcel[]> {
  const bySurvey = new Map<string, ChosenParcel[]>()
  for (const plan of quarters) {
    const free = new Set(layQuarter(plan, random.fork(plan.name)))
    for (const [survey, wanted] of Object.entries(quotas[plan.name] ?? {})) {
      const suitable = [...free].filter(
        ({ kind }) => kind !== 'strip' || !SURVEYS_OF_GRANTED_LAND.includes(survey),
      )
      const lots = cluster(suitable, wanted, random.fork(`${plan.name} ${survey}`))
      lots.forEach((lot) => free.delete(lot))
      bySurvey.set(survey, [...(bySurvey.get(survey) ?? []), ...lots.map(asParcel)])
    }
  }
  return bySurvey
}

/** About seven lots around each of a few seeds, nearest first with some left out between. */
function cluster(lots: readonly CadastralLot[], wanted: number, random: Random): CadastralLot[] {
  const seeds = random.shuffled(lots).slice(0, Math.ceil(wanted / 7))
  const ranked = lots.map((lot) => {
    const nearest = Math.min(...seeds.map((seed) => distance(seed.middle, lot.middle)))
    return { lot, rank: nearest * random.between(0.6, 1.5) }
  })
  ranked.sort((a, b) => a.rank - b.rank)
  return inReadingOrder(ranked.slice(0, wanted).map(({ lot }) => lot))
}

/** Block by block, west to east within: the order a surveyor numbers them in. */
function inReadingOrder(lots: readonly CadastralLot[]): CadastralLot[] {
  return [...lots].sort((a, b) => a.block - b.block || a.middle[0] - b.middle[0])
}

const distance = (a: Point, b: Point) => Math.hypot(a[0] - b[0], a[1] - b[1])

function asParcel(lot: CadastralLot): ChosenParcel {
  const { quarter, townCode, block, kind, rings, middle, areaM2 } = lot
  return { quarter, townCode, block, kind, parts: [rings], middle, areaM2 }
}

/** Joins pairs that face each other across a street into one parcel of two parts. */
export function withMultiParts(
  parcels: readonly ChosenParcel[],
  { pairs, withinM }: { pairs: number; withinM: number },
  random: Random,
): ChosenParcel[] {
  const result = [...parcels]
  let made = 0
  for (const first of random.shuffled(parcels)) {
    if (made === pairs) break
    const second = result.find((other) => canJoin(first, other, withinM))
    if (!second || !result.includes(first)) continue
    result.splice(result.indexOf(second), 1)
    result[result.indexOf(first)] = {
      ...first,
      parts: [...first.parts, ...second.parts],
      areaM2: first.areaM2 + second.areaM2,
    }
    made += 1
  }
  return result
}

function canJoin(a: ChosenParcel, b: ChosenParcel, withinM: number): boolean {
  const isAcross = a.quarter === b.quarter && a.block !== b.block && distance(a.middle, b.middle) < withinM
  return isAcross && a.kind === 'lot' && b.kind === 'lot' && a.parts.length === 1 && b.parts.length === 1
}
