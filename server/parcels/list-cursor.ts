import type { PARCEL_SORTS } from '../contract/parcel.ts'
import { divisionOfPublicId } from '../kernel/public-id.ts'
import { unstorableAt } from '../platform/http-compilers.ts'
import { ProblemError } from '../platform/problems.ts'

export type ParcelSort = (typeof PARCEL_SORTS)[number]
export type SortOrder = 'asc' | 'desc'

/** Where a page ended: the value it was sorted by, and the id as tie-break. */
export interface ListPosition {
  value: string | number
  id: string
}

const isText = (value: unknown): boolean => typeof value === 'string' && unstorableAt(value) === null

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

/** What a position of each order of the list is; the database would fail on anything else. */
const IS_VALUE_OF: Record<ParcelSort, (value: unknown) => boolean> = {
  parcelNo: isText,
  name: isText,
  documentAreaM2: (value) => typeof value === 'number' && Number.isFinite(value),
  updatedAt: (value) =>
    typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(new Date(value).getTime()),
}

export const encodeCursor = (
  sort: ParcelSort,
  order: SortOrder,
  last: { sort_value: string | number | Date; id: string },
): string => Buffer.from(JSON.stringify([sort, order, last.sort_value, last.id])).toString('base64url')

function parsed(after: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(after, 'base64url').toString('utf8'))
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

/** The position a cursor holds. Only one we gave out for this very order is taken: another's would skip parcels silently. */
export function decodeCursor(
  sort: ParcelSort,
  order: SortOrder,
  after: string | undefined,
): ListPosition | null {
  if (after === undefined) return null
  const [ofSort, ofOrder, value, id] = parsed(after)
  const isOurs = ofSort === sort && ofOrder === order && IS_VALUE_OF[sort](value)
  if (!isOurs || typeof id !== 'string' || divisionOfPublicId(id) === null)
    throw new ProblemError('request.invalid', { field: 'after', value: after })
  return { value: value as string | number, id }
}
