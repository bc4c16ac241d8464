import { ProblemError } from '../platform/problems.ts'

type Kind = 'string' | 'number'
type Shape = Record<string, Kind>
type Cursor<S extends Shape> = { [K in keyof S]: S[K] extends 'string' ? string : number }

export const encodeCursor = (cursor: Record<string, string | number>): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url')

/** A cursor is only ever one we gave out: anything else is refused. */
export function decodeCursor<S extends Shape>(after: string | undefined, shape: S): Cursor<S> | null {
  if (after === undefined) return null
  try {
    const given = JSON.parse(Buffer.from(after, 'base64url').toString('utf8')) as Record<string, unknown>
    if (Object.entries(shape).every(([name, kind]) => typeof given[name] === kind)) return given as Cursor<S>
  } catch {
    // No JSON at all: refused like any other foreign cursor.
  }
  throw new ProblemError('request.invalid', { field: 'after', value: after })
}
