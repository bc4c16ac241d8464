import { CAUSES, LEDGERS, STATUSES, type Ledger } from '#contract/codes/ledger.ts'
import { AREA_UNITS, type AreaUnit } from '../text/format.ts'

export interface MapFilter {
  /** Ledgers shown; both by default, none when both layers are off. */
  ledgers: Ledger[]
  /** Cause codes, `none` for 待分析; empty means all. */
  causes: string[]
  statuses: string[]
  towns: string[]
  q: string
  importId: string | null
}

export const HIDEABLE = ['outline', 'names', 'labels'] as const
export type Hideable = (typeof HIDEABLE)[number]

/** All that a shared link of the map says. */
export interface MapQuery {
  view: { lon: number; lat: number; zoom: number } | null
  filter: MapFilter
  selected: string | null
  basemap: string | null
  hidden: Hideable[]
  isList: boolean
  unit: AreaUnit
}

type RawQuery = Record<string, string | null | undefined | (string | null)[]>

const NO_LEDGER = '-'
/** As the contract has it; a schema itself stays on the server. */
const PUBLIC_ID = /^\d{6}-[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const COORDINATE_DIGITS = 5
const ZOOM_DIGITS = 2

export const emptyFilter = (): MapFilter => ({
  ledgers: [...LEDGERS],
  causes: [],
  statuses: [],
  towns: [],
  q: '',
  importId: null,
})

export function isFiltered(filter: MapFilter): boolean {
  return (
    filter.ledgers.length !== LEDGERS.length ||
    filter.causes.length + filter.statuses.length + filter.towns.length > 0 ||
    filter.q !== '' ||
    filter.importId !== null
  )
}

const one = (value: RawQuery[string]): string => (Array.isArray(value) ? value[0] : value) ?? ''
const list = (value: RawQuery[string]): string[] => [
  ...new Set(
    one(value)
      .split(',')
      .filter((code) => /^[\w-]+$/.test(code)),
  ),
]

const isOneOf = (codes: readonly string[], code: string): boolean => codes.includes(code)

function parseView(value: string): MapQuery['view'] {
  const [lon, lat, zoom, rest] = value.split(',').map(Number)
  const isPlace =
    rest === undefined && Math.abs(lon) <= 180 && Math.abs(lat) <= 85.06 && zoom >= 0 && zoom <= 22
  return value !== '' && isPlace ? { lon, lat, zoom } : null
}

function parseLedgers(value: string): Ledger[] {
  if (value === NO_LEDGER) return []
  const asked = LEDGERS.filter((ledger) => value.split(',').includes(ledger))
  return asked.length > 0 ? asked : [...LEDGERS]
}

export function parseMapQuery(query: RawQuery): MapQuery {
  const unit = AREA_UNITS.find((candidate) => candidate === one(query.unit))
  return {
    view: parseView(one(query.at)),
    filter: {
      ledgers: parseLedgers(one(query.ledger)),
      // A code from an old or mistyped link is dropped: the server refuses what it does not know.
      causes: list(query.cause).filter((code) => code === 'none' || isOneOf(CAUSES, code)),
      statuses: list(query.status).filter((code) => isOneOf(STATUSES, code)),
      towns: list(query.town).filter((code) => code === 'none' || /^\d{9}$/.test(code)),
      q: one(query.q).slice(0, 100),
      importId: list(query.importId).find((id) => PUBLIC_ID.test(id)) ?? null,
    },
    selected: list(query.sel)[0] ?? null,
    basemap: list(query.base)[0] ?? null,
    hidden: HIDEABLE.filter((name) => list(query.hide).includes(name)),
    isList: one(query.list) === '1',
    unit: unit ?? 'mu',
  }
}

function ledgerWord(ledgers: Ledger[]): string {
  if (ledgers.length === 0) return NO_LEDGER
  return ledgers.length === LEDGERS.length ? '' : ledgers.join(',')
}

/** The filter as the API's query; the same for tiles, summary and list. */
export function apiFilter(filter: MapFilter): Record<string, string> {
  const query = {
    ledger: ledgerWord(filter.ledgers).replace(NO_LEDGER, ''),
    cause: filter.causes.join(','),
    status: filter.statuses.join(','),
    town: filter.towns.join(','),
    q: filter.q.trim(),
    importId: filter.importId ?? '',
  }
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))
}

/** As the search part of a tile address. */
export const filterSearch = (filter: MapFilter): string => new URLSearchParams(apiFilter(filter)).toString()

export function formatMapQuery(state: MapQuery): Record<string, string> {
  const { view, filter } = state
  const query = {
    at: view
      ? [
          view.lon.toFixed(COORDINATE_DIGITS),
          view.lat.toFixed(COORDINATE_DIGITS),
          view.zoom.toFixed(ZOOM_DIGITS),
        ].join(',')
      : '',
    ...apiFilter(filter),
    ledger: ledgerWord(filter.ledgers),
    q: filter.q,
    sel: state.selected ?? '',
    base: state.basemap ?? '',
    hide: state.hidden.join(','),
    list: state.isList ? '1' : '',
    unit: state.unit === 'mu' ? '' : state.unit,
  }
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))
}
