import { onMounted, shallowRef, type ShallowRef } from 'vue'
import { fetchCounty } from '../../api/reference.ts'
import { choiceOf } from './crs-choices.ts'

/** The zone the county lies in: the likeliest for a survey that tells none. Null until it is known. */
export function useUsualZone(): ShallowRef<number | null> {
  const zone = shallowRef<number | null>(null)
  onMounted(async () => {
    const county = await fetchCounty().catch(() => null)
    zone.value = choiceOf(county?.usualCrs ?? null)?.zone ?? null
  })
  return zone
}
