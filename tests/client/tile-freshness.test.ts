import { describe, expect, it } from 'vitest'
import { tileFreshness } from '../../client/map/tile-freshness.ts'

const tile = (z: number, x: number, y: number, search = ''): string =>
  `http://h/tiles/parcels/${z}/${x}/${y}.mvt${search}`

describe('after an edit', () => {
  // 107.48066 E, 38.18446 N lies in 14/13083/6306.
  const box = [107.4806, 38.1844, 107.4808, 38.1846] as const
  const [x, y] = [Math.floor(((107.4807 + 180) / 360) * 2 ** 14), 6306]

  it('asks for tiles under it with the version of the write', () => {
    const freshness = tileFreshness()
    freshness.noteEdit(box, '7-42')
    const yTile = Math.floor(((1 - Math.asinh(Math.tan((38.1845 * Math.PI) / 180)) / Math.PI) / 2) * 2 ** 14)
    expect(freshness.freshUrl(tile(14, x, yTile))).toBe(tile(14, x, yTile, '?v=7-42'))
    expect(freshness.freshUrl(tile(14, x, yTile, '?ledger=idle'))).toBe(
      tile(14, x, yTile, '?ledger=idle&v=7-42'),
    )
    expect(freshness.freshUrl(tile(0, 0, 0))).toBe(tile(0, 0, 0, '?v=7-42'))
  })

  it('leaves every other tile and address as it is', () => {
    const freshness = tileFreshness()
    freshness.noteEdit(box, '7-42')
    expect(freshness.freshUrl(tile(14, x + 3, y + 500))).toBe(tile(14, x + 3, y + 500))
    expect(freshness.freshUrl('http://h/api/parcels')).toBe('http://h/api/parcels')
  })

  it('uses the newest of several versions', () => {
    const freshness = tileFreshness()
    freshness.noteEdit(box, '1')
    freshness.noteEdit(box, '2')
    expect(freshness.freshUrl(tile(0, 0, 0))).toBe(tile(0, 0, 0, '?v=2'))
  })
})
