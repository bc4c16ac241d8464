import type { BasemapConfig, CountyReference } from '#contract/reference.ts'
import type { FeatureCollection } from 'geojson'
import { get } from './http.ts'

export const fetchCounty = (signal?: AbortSignal): Promise<CountyReference> =>
  get<CountyReference>('/api/reference/county', { signal })

export const fetchReferenceLayer = (
  name: 'rivers' | 'places',
  signal?: AbortSignal,
): Promise<FeatureCollection> => get<FeatureCollection>(`/api/reference/basemap/${name}.geojson`, { signal })

export const fetchBasemaps = async (signal?: AbortSignal): Promise<BasemapConfig[]> => {
  const answer = await get<BasemapConfig[] | { items: BasemapConfig[] }>('/api/basemaps', { signal })
  return Array.isArray(answer) ? answer : answer.items
}
