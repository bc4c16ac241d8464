/** A quarter of a town or park: streets, blocks and lots, turned, gently bent and put in its place on the plane. */
import { layBlocks, type StreetPlan } from './blocks.ts'
import { layLots, type LotPlan } from './lots.ts'
import { areaOf, centroid, type Point, type Ring } from './polygon.ts'
import type { Random } from './random.ts'

export interface QuarterPlan extends StreetPlan, LotPlan {
  name: string
  townCode: string
  /** Easting with zone prefix, northing, of the middle. */
  centre: Point
  angleDeg: number
  /** Streets swing by so many metres over so many metres. */
  bend: { amplitudeM: number; lengthM: number }
}

export interface CadastralLot {
  quarter: string
  townCode: string
  block: number
  kind: 'lot' | 'strip' | 'island'
  /** Open rings in the projected CRS, mm; outer first. */
  rings: readonly Ring[]
  middle: Point
  areaM2: number
}

const LARGEST_M2 = 200_000
const SMALLEST_M2 = 1_000

export function layQuarter(plan: QuarterPlan, random: Random): CadastralLot[] {
  const place = placement(plan, random.fork('place'))
  const blocks = layBlocks(plan, random.fork('blocks'))
  return blocks
    .flatMap((ring, block) =>
      layLots(ring, block, plan, random.fork(`lots ${block}`)).map((lot) => {
        const rings = lot.rings.map((each) => each.map(place))
        return {
          quarter: plan.name,
          townCode: plan.townCode,
          block,
          kind: lot.kind,
          rings,
          middle: centroid(rings[0]),
          areaM2: areaOf(rings),
        }
      }),
    )
    .filter(({ areaM2 }) => areaM2 >= SMALLEST_M2 && areaM2 <= LARGEST_M2)
}

/** Smooth and one-to-one, so neighbours stay neighbours; the same corner always lands on the same millimetre. */
function placement(plan: QuarterPlan, random: Random): (point: Point) => Point {
  const angle = (plan.angleDeg * Math.PI) / 180
  const { amplitudeM, lengthM } = plan.bend
  const [phaseX, phaseY] = [random.between(0, 6.28), random.between(0, 6.28)]
  const toMillimetre = (value: number) => Math.round(value * 1000) / 1000
  return ([x, y]) => {
    const bentX = x + amplitudeM * Math.sin((y / lengthM) * 2 * Math.PI + phaseX)
    const bentY = y + amplitudeM * Math.sin((x / lengthM) * 2 * Math.PI + phaseY)
    return [
      toMillimetre(plan.centre[0] + bentX * Math.cos(angle) - bentY * Math.sin(angle)),
      toMillimetre(plan.centre[1] + bentX * Math.sin(angle) + bentY * Math.cos(angle)),
    ]
  }
}
