import { describe, expect, it } from 'vitest'
import {
  apiFilter,
  emptyFilter,
  filterSearch,
  formatMapQuery,
  isFiltered,
  parseMapQuery,
  type MapQuery,
} from '../../client/state/map-query.ts'

const everything: MapQuery = {
  view: { lon: 107.48066, lat: 38.18446, zoom: 13.25 },
  filter: {
    ledgers: ['idle'],
    causes: ['enterprise', 'none'],
    statuses: ['suspected', 'determined'],
    towns: ['150623100', 'none'],
    q: '城川 & 一号=?',
    importId: '150623-01920000-0000-7000-8000-000000000001',
  },
  selected: '150623-01920000-0000-7000-8000-000000000002',
  basemap: 'tianditu-vec',
  hidden: ['outline', 'labels'],
  isList: true,
  unit: 'ha',
}

describe('the address of the map', () => {
  it('gives back everything it was made from', () => {
    const search = new URLSearchParams(formatMapQuery(everything)).toString()
    expect(parseMapQuery(Object.fromEntries(new URLSearchParams(search)))).toEqual(everything)
  })

  it('says nothing about what is as it comes', () => {
    expect(formatMapQuery(parseMapQuery({}))).toEqual({})
    expect(isFiltered(emptyFilter())).toBe(false)
  })

  it('keeps both layers off apart from both on', () => {
    const off = { ...parseMapQuery({}), filter: { ...emptyFilter(), ledgers: [] } }
    const query = formatMapQuery(off)
    expect(query.ledger).toBe('-')
    expect(parseMapQuery(query).filter.ledgers).toEqual([])
    expect(apiFilter(off.filter)).toEqual({})
  })

  it.each([
    ['at', '107.5'],
    ['at', 'a,b,c'],
    ['at', '107.5,99,12'],
    ['at', '107.5,38,99'],
    ['ledger', 'gold'],
    ['cause', 'enterprise; drop table'],
    ['cause', 'greed'],
    ['status', 'unknown'],
    ['town', '12'],
    ['hide', 'everything'],
    ['unit', 'acre'],
    ['importId', '150623-not-an-import'],
  ])('drops %s=%s instead of asking the server for it', (key, value) => {
    expect(formatMapQuery(parseMapQuery({ [key]: value }))).toEqual({})
  })

  it('asks tiles, summary and list with one and the same filter', () => {
    expect(apiFilter(everything.filter)).toEqual({
      ledger: 'idle',
      cause: 'enterprise,none',
      status: 'suspected,determined',
      town: '150623100,none',
      q: '城川 & 一号=?',
      importId: everything.filter.importId,
    })
    expect(new URLSearchParams(filterSearch(everything.filter)).get('q')).toBe('城川 & 一号=?')
  })
})
