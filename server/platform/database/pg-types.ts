import pg from 'pg'

type Parse = (value: string) => unknown

const OID = { int8: 20, date: 1082, timestamp: 1114, numeric: 1700 } as const
const ARRAY_OID = { int8: 1016, date: 1182, timestamp: 1115, numeric: 1231 } as const

/** bigint counts and sums fit a double or the reading is wrong: a rounded number must not pass unnoticed. */
export function parseInt8(value: string): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number))
    throw new RangeError(`bigint ${value} is beyond what a number holds exactly`)
  return number
}

const asIs: Parse = (value) => value

const SCALARS: Record<keyof typeof OID, Parse> = {
  int8: parseInt8,
  // A calendar date: as a Date, midnight in Shanghai would become the day before in UTC and move an idle clock.
  date: asIs,
  // Without a zone it names no instant.
  timestamp: asIs,
  numeric: Number,
}

/** The elements of a one-dimensional array literal, {a,"b c",NULL}. */
function parseArray(literal: string, parse: Parse): unknown[] {
  const elements = literal.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|[^,]+/g) ?? []
  return elements.map((element) => {
    if (element === 'NULL') return null
    return parse(element.startsWith('"') ? element.slice(1, -1).replace(/\\(.)/g, '$1') : element)
  })
}

const PARSERS = new Map<number, Parse>()
for (const name of Object.keys(OID) as Array<keyof typeof OID>) {
  PARSERS.set(OID[name], SCALARS[name])
  PARSERS.set(ARRAY_OID[name], (value) => parseArray(value, SCALARS[name]))
}

/** Goes into the connection settings of both modes; nothing global is changed. timestamptz stays pg's Date. */
export const pgTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    const own = format === 'binary' ? undefined : PARSERS.get(oid)
    return own ?? pg.types.getTypeParser(oid, format)
  }) as pg.CustomTypesConfig['getTypeParser'],
}
