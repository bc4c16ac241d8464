import type { DatumParameters } from '#contract/import.ts'

export type DatumMethod = DatumParameters['method']
type ParameterName = Exclude<keyof DatumParameters, 'method'>

/** In the order parameter sheets give them. */
export const PARAMETER_NAMES: Record<DatumMethod, readonly ParameterName[]> = {
  bursa7: ['dx', 'dy', 'dz', 'rx', 'ry', 'rz', 'm'],
  plane4: ['dx', 'dy', 'theta', 'k'],
}

export type ParameterTexts = Record<string, string>

/** A line of numbers goes into the boxes from the one it was pasted into; null when it is a single number. */
export function splitPasted(text: string): string[] | null {
  const parts = text
    .trim()
    .split(/[\s,，;；\t]+/)
    .filter((part) => part !== '')
  return parts.length > 1 && parts.every((part) => Number.isFinite(Number(part))) ? parts : null
}

const isNumber = (text: string | undefined): boolean =>
  text !== undefined && text.trim() !== '' && Number.isFinite(Number(text))

export function faultyNames(method: DatumMethod, texts: ParameterTexts): ParameterName[] {
  return PARAMETER_NAMES[method].filter((name) => !isNumber(texts[name]))
}

export function parametersOf(method: DatumMethod, texts: ParameterTexts): DatumParameters {
  const values = Object.fromEntries(PARAMETER_NAMES[method].map((name) => [name, Number(texts[name])]))
  return { method, ...values } as DatumParameters
}

export function textsOf(parameters: DatumParameters | null): ParameterTexts {
  if (!parameters) return {}
  return Object.fromEntries(
    PARAMETER_NAMES[parameters.method].map((name) => [name, String(parameters[name] ?? '')]),
  )
}
