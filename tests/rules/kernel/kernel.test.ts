import { describe, expect, it } from 'vitest'
import { isCalendarDate } from '../../../server/kernel/calendar-date.ts'
import { divisionOfPublicId, newPublicId, uuidV7 } from '../../../server/kernel/public-id.ts'
import { polygonalFromWkb } from '../../../server/kernel/wkb.ts'

describe('public ids', () => {
  it('carry the home division and sort by the time they were made', () => {
    const earlier = newPublicId('150623', 1_700_000_000_000)
    const later = newPublicId('150623', 1_700_000_000_001)
    expect(divisionOfPublicId(earlier)).toBe('150623')
    expect(earlier < later).toBe(true)
  })

  it('are never made twice', () => {
    const ids = Array.from({ length: 20_000 }, () => uuidV7(0))
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each([
    '',
    '150623',
    '150623-x',
    "150623-00000000-0000-7000-8000-000000000000'--",
    '15062-00000000-0000-7000-8000-000000000000',
  ])('refuses %j', (text) => expect(divisionOfPublicId(text)).toBeNull())
})

describe('calendar dates', () => {
  it.each([
    ['2020-02-29', true],
    ['2021-02-29', false],
    ['2022-00-10', false],
    ['2022-10-32', false],
    ['20221007', false],
  ])('%s -> %s', (text, expected) => expect(isCalendarDate(text)).toBe(expected))
})

describe('WKB', () => {
  it('gives coordinates back bit-exact, with and without SRID, in either byte order', () => {
    const xs = [36454500.000000007, 36454800.1, 36454800.3, 36454500.000000007]
    const ys = [4228100.123456789, 4228100.2, 4227900.3, 4228100.123456789]
    const body = (little: boolean): Buffer => {
      const buffer = Buffer.alloc(4 + 4 + 64)
      const uint = (value: number, offset: number) =>
        little ? buffer.writeUInt32LE(value, offset) : buffer.writeUInt32BE(value, offset)
      const double = (value: number, offset: number) =>
        little ? buffer.writeDoubleLE(value, offset) : buffer.writeDoubleBE(value, offset)
      uint(1, 0)
      uint(4, 4)
      xs.forEach((x, index) => {
        double(x, 8 + index * 16)
        double(ys[index]!, 16 + index * 16)
      })
      return buffer
    }
    const expected = { type: 'Polygon', coordinates: [xs.map((x, index) => [x, ys[index]])] }
    expect(polygonalFromWkb(Buffer.concat([Buffer.from([1, 3, 0, 0, 0]), body(true)]))).toEqual(expected)
    expect(polygonalFromWkb(Buffer.concat([Buffer.from([0, 0, 0, 0, 3]), body(false)]))).toEqual(expected)
    const withSrid = Buffer.concat([
      Buffer.from([1, 3, 0, 0, 0x20]),
      Buffer.from([0xac, 0x11, 0, 0]),
      body(true),
    ])
    expect(polygonalFromWkb(withSrid)).toEqual(expected)
  })
})
