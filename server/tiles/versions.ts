/**
 * What this process knows of the tile counters. A tile's version is the sum of the counters of the z10 tiles it shows
 * (not their maximum, which goes stale when two counties commit out of order). Version first, data after: data read
 * later can only be newer than its version says, and is then replaced at the next question.
 */
import type { Knex } from 'knex'
import { BUFFER } from './encode/polygon.ts'
import { EXTENT } from './encode/layer-writer.ts'
import { LAST_CELL_TILE_ZOOM, VERSION_ZOOM, type TileAddress } from './mercator.ts'
import { EPOCH_PAYLOAD, TILE_CHANNEL, type TileUpkeepResult } from './upkeep.ts'

export interface TileVersion {
  epoch: string
  version: number
}

interface Listening {
  stop(): Promise<void>
  isUp(): boolean
}

export interface TileVersionsDeps {
  knex: Knex
  listen(channel: string, onPayload: (payload: string) => void): Promise<Listening>
}

/** A listener that was away and came back says nothing of what it missed: knowledge older than this is looked up. */
const LOOK_UP_AFTER_MS = 5_000
const SIDE = 2 ** VERSION_ZOOM
/** Counts for every tile: shapes too wide to list the tiles of. */
const EVERYWHERE = -1
const VERSION_TEXT = /^([0-9]{6})\.([0-9]{1,15})$/

interface CounterRow {
  epoch: string
  division_code: string | null
  head: number | string | null
  x: number | null
  y: number | null
  version: number | string | null
}

const LOOK_UP = `
  SELECT e.epoch, h.division_code, h.version AS head, t.x, t.y, t.version
  FROM tile_epoch e
  LEFT JOIN tile_heads h ON true
  LEFT JOIN unnest(?::text[], ?::bigint[]) AS known (division_code, version) ON known.division_code = h.division_code
  LEFT JOIN tile_versions t ON t.division_code = h.division_code AND t.version > coalesce(known.version, 0)`

const placeKey = (x: number, y: number): number => (x < 0 ? EVERYWHERE : x * SIDE + y)

export class TileVersions {
  readonly #deps: TileVersionsDeps
  #listening: Listening | null = null
  #epoch = ''
  /** Last write number known of each county, and the last one heard of. */
  #known = new Map<string, number>()
  readonly #heard = new Map<string, number>()
  /** Counter of each z10 tile by county, and their sum over counties. */
  #counters = new Map<string, Map<number, number>>()
  #sums = new Map<number, number>()
  #lastDivision: string | null = null
  #lookedUpAt = -Infinity
  #isVoid = true
  #lookingUp: Promise<void> | null = null

  constructor(deps: TileVersionsDeps) {
    this.#deps = deps
  }

  /** Starts to listen to other processes; works without, by looking up at every question. */
  async start(): Promise<void> {
    this.#listening = await this.#deps.listen(TILE_CHANNEL, (payload) => this.#heardOf(payload))
    await this.#lookUp()
  }

  async stop(): Promise<void> {
    await this.#listening?.stop()
    this.#listening = null
  }

  /** Called by the writer after its commit, before it answers. */
  applied(result: TileUpkeepResult): void {
    const known = this.#known.get(result.divisionCode) ?? 0
    if (result.number <= known) return
    if (result.number > known + 1 || this.#isVoid) {
      this.#hear(result.divisionCode, result.number)
      return
    }
    for (const { x, y } of result.tiles) this.#count(result.divisionCode, placeKey(x, y), result.number)
    this.#advance(result.divisionCode, result.number)
  }

  /** Version string of the county (or of the one written last), for `?v=`. */
  async current(divisionCode?: string): Promise<string> {
    if (this.#mustLookUp(null)) await this.#lookUp()
    const division = divisionCode ?? this.#lastDivision
    return division === null ? '000000.0' : `${division}.${this.#known.get(division) ?? 0}`
  }

  /** Version of a tile, at least as new as `wanted` (a version string a writer was given). */
  async of(tile: TileAddress, wanted?: string): Promise<TileVersion> {
    const match = wanted === undefined ? null : VERSION_TEXT.exec(wanted)
    const least = match ? { division: match[1]!, number: Number(match[2]) } : null
    if (this.#mustLookUp(least)) {
      // One under way may have read before the commit asked for; the next one cannot have.
      const underWay = this.#lookingUp
      if (underWay) await underWay
      if (!underWay || this.#mustLookUp(least)) await this.#lookUp()
    }
    return { epoch: this.#epoch, version: this.#sumOf(tile) }
  }

  #mustLookUp(least: { division: string; number: number } | null): boolean {
    if (this.#isVoid || !this.#listening?.isUp()) return true
    if (least && least.number > (this.#known.get(least.division) ?? 0)) return true
    for (const [division, number] of this.#heard) if (number > (this.#known.get(division) ?? 0)) return true
    return performance.now() - this.#lookedUpAt > LOOK_UP_AFTER_MS
  }

  #heardOf(payload: string): void {
    if (payload === EPOCH_PAYLOAD) {
      this.#isVoid = true
      return
    }
    const match = VERSION_TEXT.exec(payload)
    if (match) this.#hear(match[1]!, Number(match[2]))
  }

  #hear(division: string, number: number): void {
    this.#heard.set(division, Math.max(this.#heard.get(division) ?? 0, number))
  }

  #lookUp(): Promise<void> {
    this.#lookingUp ??= this.#readCounters().finally(() => (this.#lookingUp = null))
    return this.#lookingUp
  }

  async #readCounters(): Promise<void> {
    const startedAt = performance.now()
    const wasVoid = this.#isVoid
    // An epoch that changes while this reads voids what it read.
    this.#isVoid = false
    if (wasVoid) this.#heard.clear()
    try {
      const rows = await this.#rowsSince(wasVoid ? new Map() : this.#known)
      const epoch = rows[0]!.epoch
      if (wasVoid) this.#takeOver(epoch, rows)
      else if (epoch !== this.#epoch) {
        this.#heard.clear()
        this.#takeOver(epoch, await this.#rowsSince(new Map()))
      } else this.#merge(rows)
      this.#lookedUpAt = startedAt
    } catch (error) {
      this.#isVoid = wasVoid
      throw error
    }
  }

  async #rowsSince(known: ReadonlyMap<string, number>): Promise<CounterRow[]> {
    const result = await this.#deps.knex.raw<{ rows: CounterRow[] }>(LOOK_UP, [
      [...known.keys()],
      [...known.values()],
    ])
    return result.rows
  }

  #takeOver(epoch: string, rows: readonly CounterRow[]): void {
    this.#epoch = rows[0]?.epoch ?? epoch
    this.#known = new Map()
    this.#counters = new Map()
    this.#sums = new Map()
    this.#merge(rows)
  }

  #merge(rows: readonly CounterRow[]): void {
    for (const row of rows) {
      if (row.division_code === null) continue
      if (row.x !== null && row.y !== null) {
        this.#count(row.division_code, placeKey(row.x, row.y), Number(row.version))
      }
    }
    for (const row of rows) if (row.division_code !== null) this.#advance(row.division_code, Number(row.head))
  }

  #advance(division: string, number: number): void {
    const known = this.#known.get(division) ?? 0
    if (number <= known) return
    this.#known.set(division, number)
    this.#lastDivision = division
  }

  #count(division: string, place: number, version: number): void {
    const counters = this.#counters.get(division) ?? new Map<number, number>()
    this.#counters.set(division, counters)
    const before = counters.get(place) ?? 0
    if (version <= before) return
    counters.set(place, version)
    this.#sums.set(place, (this.#sums.get(place) ?? 0) + version - before)
  }

  #sumOf(tile: TileAddress): number {
    const { minX, minY, maxX, maxY } = versionRange(tile)
    const everywhere = this.#sums.get(EVERYWHERE) ?? 0
    let sum = everywhere
    if ((maxX - minX + 1) * (maxY - minY + 1) <= this.#sums.size) {
      for (let x = minX; x <= maxX; x += 1) {
        for (let y = minY; y <= maxY; y += 1) sum += this.#sums.get(placeKey(x, y)) ?? 0
      }
      return sum
    }
    for (const [place, version] of this.#sums) {
      if (place === EVERYWHERE) continue
      const x = Math.floor(place / SIDE)
      const y = place % SIDE
      if (x >= minX && x <= maxX && y >= minY && y <= maxY) sum += version
    }
    return sum
  }
}

/** The z10 tiles whose parcels a tile can show: a tile of polygons reaches its buffer's width into its neighbours. */
export function versionRange({ z, x, y }: TileAddress) {
  const margin = z > LAST_CELL_TILE_ZOOM ? BUFFER / EXTENT : 0
  const share = 2 ** (VERSION_ZOOM - z)
  const clamp = (value: number): number => Math.min(Math.max(value, 0), SIDE - 1)
  return {
    minX: clamp(Math.floor((x - margin) * share)),
    minY: clamp(Math.floor((y - margin) * share)),
    maxX: clamp(Math.ceil((x + 1 + margin) * share) - 1),
    maxY: clamp(Math.ceil((y + 1 + margin) * share) - 1),
  }
}
