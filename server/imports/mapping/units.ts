/** Unit of an area or money column: from its name, from the cells, and from the areas the shapes really have. */
import { parseNumber, SQUARE_METRES } from './numbers.ts'
import { unitOfName, type ColumnUnit } from './names.ts'
import { filledValues, type ColumnProfile } from './profile.ts'

export interface UnitGuess {
  unit: ColumnUnit
  by: 'name' | 'cells' | 'shapes' | 'default'
  /** Share of rows whose value in this unit lies within 2 % of the computed area. */
  fitShare: number
  /** What the name says, when the values refute it. */
  refuted: ColumnUnit | null
}

const AREA_UNITS = ['m2', 'mu', 'ha'] as const
/** A value that fits the shape within this share is taken as agreeing. */
const FIT_TOLERANCE = 0.02
const REFUTING_SHARE = 0.6
/** Area columns are known by fitting the shapes in most rows. */
export const AREA_FIT_SHARE = 0.6

/** Share of the rows whose value in this unit is the area of their shape. */
export function fitShare(
  profile: ColumnProfile,
  areasM2: readonly (number | null)[],
  unit: ColumnUnit,
): number {
  if (!(unit in SQUARE_METRES)) return 0
  const factor = SQUARE_METRES[unit as keyof typeof SQUARE_METRES]
  let compared = 0
  let fits = 0
  profile.values.forEach((value, index) => {
    const area = areasM2[index]
    if (value === null || typeof value === 'boolean' || !area) return
    const parsed = parseNumber(value)
    if (!parsed || parsed.value === 0) return
    compared++
    if (Math.abs((parsed.value * factor) / area - 1) <= FIT_TOLERANCE) fits++
  })
  return compared < 1 ? 0 : fits / compared
}

/** The unit in which most values equal the computed areas, with how many do. */
export function fittingUnit(
  profile: ColumnProfile,
  areasM2: readonly (number | null)[],
): { unit: ColumnUnit; fitShare: number } {
  const tried = AREA_UNITS.map((unit) => ({ unit, fitShare: fitShare(profile, areasM2, unit) }))
  return tried.reduce((best, next) => (next.fitShare > best.fitShare ? next : best))
}

function unitOfCells(profile: ColumnProfile): ColumnUnit | null {
  const units = filledValues(profile)
    .map((value) => (typeof value === 'boolean' ? null : (parseNumber(value)?.unit ?? null)))
    .filter((unit) => unit !== null)
  return units.length * 2 > filledValues(profile).length ? units[0]! : null
}

/** Unit of an area column; shapes overrule the header only when most rows speak clearly. */
export function guessAreaUnit(profile: ColumnProfile, areasM2: readonly (number | null)[]): UnitGuess {
  const named = unitOfName(profile.name)
  const cells = unitOfCells(profile) ?? profile.areaUnit ?? null
  const fit = fittingUnit(profile, areasM2)
  const declared = named ?? cells
  if (declared && declared !== fit.unit && fit.fitShare >= REFUTING_SHARE && declared !== 'wan_mu')
    return { unit: fit.unit, by: 'shapes', fitShare: fit.fitShare, refuted: declared }
  if (named) return { unit: named, by: 'name', fitShare: fitShare(profile, areasM2, named), refuted: null }
  if (cells) return { unit: cells, by: 'cells', fitShare: fitShare(profile, areasM2, cells), refuted: null }
  if (fit.fitShare > 0.2) return { ...fit, by: 'shapes', refuted: null }
  return { unit: unitByMagnitude(profile, areasM2), by: 'default', fitShare: fit.fitShare, refuted: null }
}

function median(values: number[]): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}

/** Without any match: the unit that brings the middle value nearest to the middle area, on a logarithmic scale. */
function unitByMagnitude(profile: ColumnProfile, areasM2: readonly (number | null)[]): ColumnUnit {
  const middleArea = median(areasM2.filter((area): area is number => area !== null && area > 0))
  const numbers = filledValues(profile)
    .map((value) => (typeof value === 'boolean' ? 0 : (parseNumber(value)?.value ?? 0)))
    .filter((value) => value > 0)
  const middleValue = median(numbers)
  if (middleArea === null || middleValue === null) return 'm2'
  const distance = (unit: (typeof AREA_UNITS)[number]): number =>
    Math.abs(Math.log((middleValue * SQUARE_METRES[unit]) / middleArea))
  return AREA_UNITS.reduce((best, next) => (distance(next) < distance(best) ? next : best))
}

/** Above this a middle price is in yuan: a parcel of ten billion (100 000 万元 and more) is not sold in a county. */
const WAN_YUAN_LIMIT = 100_000

export function guessMoneyUnit(profile: ColumnProfile): ColumnUnit {
  const named = unitOfName(profile.name) ?? unitOfCells(profile) ?? profile.moneyUnit
  if (named === 'yuan' || named === 'wan_yuan') return named
  const middle = median(
    filledValues(profile).map((value) => (typeof value === 'boolean' ? 0 : (parseNumber(value)?.value ?? 0))),
  )
  return middle !== null && middle > WAN_YUAN_LIMIT ? 'yuan' : 'wan_yuan'
}
