import { inject, provide, type InjectionKey } from 'vue'

/** A reference system, or an order of axes, that is looked at before it is chosen. */
export interface Candidate {
  crs?: string
  isAxisSwapped?: boolean
}
type ShowCandidate = (candidate: Candidate) => void

const KEY: InjectionKey<ShowCandidate> = Symbol('candidate')

export const provideCandidate = (show: ShowCandidate): void => provide(KEY, show)

/** How a step asks the mini-map to draw a candidate. */
export const useCandidate = (): ShowCandidate => inject(KEY, () => {})
