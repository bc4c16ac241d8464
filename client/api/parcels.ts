import type { Attributes, ParcelDetail, ParcelHistory, ParcelList, PatchedParcel } from '#contract/parcel.ts'
import type { Summary } from '#contract/summary.ts'
import { get, send } from './http.ts'

export type FilterQuery = Record<string, string>

const path = (id: string): string => `/api/parcels/${encodeURIComponent(id)}`

export const fetchSummary = (query: FilterQuery, signal?: AbortSignal): Promise<Summary> =>
  get<Summary>('/api/summary', { query, signal })

export const fetchParcels = (query: FilterQuery, signal?: AbortSignal): Promise<ParcelList> =>
  get<ParcelList>('/api/parcels', { query, signal })

export const fetchParcel = (id: string, signal?: AbortSignal): Promise<ParcelDetail> =>
  get<ParcelDetail>(path(id), { signal })

export const fetchParcelHistory = (id: string, signal?: AbortSignal): Promise<ParcelHistory> =>
  get<ParcelHistory>(`${path(id)}/history`, { signal })

export async function patchParcel(
  id: string,
  change: { version: number; attributes: Attributes; reason?: string },
): Promise<PatchedParcel> {
  const { version, ...body } = change
  return (await send<PatchedParcel>('PATCH', path(id), { body, ifMatch: version })).data
}
