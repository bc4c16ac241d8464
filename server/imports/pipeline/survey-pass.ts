/** The first reading of a layer, or of as much of a large one as tells enough: where it lies, what its columns hold. */
import type { AttributeValue, SurveyReader, SurveyRow } from '../formats/types.ts'
import { createCoordinateSampler, type CoordinateSample } from '../detect/value-crs.ts'
import { wkbToPolygons } from '../formats/wkb.ts'
import { isEmptyCell } from '../mapping/values.ts'

/** Rows kept to guess mapping and units from, evenly spread. */
const PROFILE_ROWS = 600
/** Rows kept for finding the key of a ledger table. */
const KEY_ROWS = 20_000
/** Shapes larger than this are not needed to tell a unit. */
const PROFILED_WKB_BYTES = 200_000

export interface ProfiledRow {
  row: number
  attributes: Record<string, AttributeValue>
  wkb: Buffer | null
}

/** A layer with more rows than this is judged by its beginning and counted while it is staged. */
const LOOKED_AT_ROWS = 20_000

export interface SurveyPass {
  /** Exact when the whole layer was looked at, else what the file says. */
  featureCount: number
  /** No row has a higher number. */
  lastRow: number
  isWhole: boolean
  polygonCount: number
  coordinates: CoordinateSample
  rows: ProfiledRow[]
  /** Column → values of the first rows, only when a table waits to be joined. */
  keyColumns: Map<string, AttributeValue[]>
}

class SpreadSample {
  rows: ProfiledRow[] = []
  #step = 1
  #count = 0

  add(row: SurveyRow): void {
    if (this.#count++ % this.#step !== 0) return
    const wkb = row.wkb && row.wkb.length <= PROFILED_WKB_BYTES ? row.wkb : null
    this.rows.push({ row: row.row, attributes: row.attributes, wkb })
    if (this.rows.length < PROFILE_ROWS * 2) return
    this.rows = this.rows.filter((_row, index) => index % 2 === 0)
    this.#step *= 2
  }
}

export async function passThrough(
  reader: SurveyReader,
  options: { withKeys: boolean; onRows: (done: number) => void },
): Promise<SurveyPass> {
  const sampler = createCoordinateSampler()
  const sample = new SpreadSample()
  const keyColumns = new Map<string, AttributeValue[]>()
  const pass = { featureCount: 0, lastRow: 0, polygonCount: 0 }
  let isWhole = true
  for await (const batch of reader.batches()) {
    for (const row of batch) {
      pass.featureCount++
      pass.lastRow = Math.max(pass.lastRow, row.row)
      if (row.wkb) {
        pass.polygonCount++
        sampler.add(row.wkb)
      }
      sample.add(row)
      if (options.withKeys && pass.featureCount <= KEY_ROWS) addKeys(keyColumns, row.attributes)
    }
    options.onRows(pass.featureCount)
    const isEnough = pass.featureCount >= LOOKED_AT_ROWS && pass.polygonCount > 0
    if (isEnough && reader.rowCount !== null && reader.rowCount > pass.lastRow) {
      isWhole = false
      pass.featureCount = pass.lastRow = reader.rowCount
      break
    }
  }
  return { ...pass, isWhole, coordinates: sampler.sample(), rows: sample.rows, keyColumns }
}

function addKeys(columns: Map<string, AttributeValue[]>, attributes: Record<string, AttributeValue>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (isEmptyCell(value)) continue
    const values = columns.get(name)
    if (values) values.push(value)
    else columns.set(name, [value])
  }
}

/** Area of a shape by the shoelace formula in the units of its coordinates. */
function flatArea(wkb: Buffer): number {
  let area = 0
  for (const polygon of wkbToPolygons(wkb)) {
    polygon.forEach((ring, index) => {
      const [x0, y0] = ring[0] ?? [0, 0]
      let twice = 0
      // Relative to the first vertex: eastings of 36 million squared would eat the digits.
      for (let i = 1; i < ring.length; i++) {
        const [ax, ay] = ring[i - 1]!
        const [bx, by] = ring[i]!
        twice += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
      }
      area += (index === 0 ? 1 : -1) * Math.abs(twice / 2)
    })
  }
  return area
}

/** Metres of a degree of latitude; good enough to tell 亩 from 公顷. */
const METRES_PER_DEGREE = 111_320

/** Rough areas in m² of the profiled shapes, from coordinates in metres or degrees whatever the axis order. */
export function roughAreasM2(rows: readonly ProfiledRow[]): (number | null)[] {
  return rows.map(({ wkb }) => {
    if (!wkb) return null
    const [x, y] = wkbToPolygons(wkb)[0]?.[0]?.[0] ?? [0, 0]
    const isDegrees = Math.abs(x) <= 360 && Math.abs(y) <= 360
    // Of longitude and latitude in China the latitude is the smaller one, in either order.
    const latitude = Math.min(Math.abs(x), Math.abs(y))
    const scale = isDegrees ? METRES_PER_DEGREE ** 2 * Math.cos((latitude * Math.PI) / 180) : 1
    const area = flatArea(wkb) * scale
    return Number.isFinite(area) && area > 0 ? area : null
  })
}
