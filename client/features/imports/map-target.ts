import { inject, provide, type InjectionKey } from 'vue'

/** What a list asks the mini-map to show. */
export interface MapTarget {
  showRow: (row: number) => void
  showPlace: (lon: number, lat: number) => void
}

const KEY: InjectionKey<MapTarget> = Symbol('map target')

export const provideMapTarget = (target: MapTarget): void => provide(KEY, target)

export function useMapTarget(): MapTarget {
  return inject(KEY, { showRow: () => {}, showPlace: () => {} })
}
