import {
  CAUSE_CLASS,
  CAUSE_CLASSES,
  type Cause,
  type CauseClass,
  type Ledger,
} from '../../contract/codes/ledger.ts'
import { EXTENT, LayerWriter } from '../encode/layer-writer.ts'
import type { TileAddress } from '../mercator.ts'

/** Parcels of one ledger and cause in one cell. */
export interface CellRow {
  ledger: Ledger
  /** '' is 待分析. */
  cause: Cause | ''
  x: number
  y: number
  count: number
  areaM2: number
  /** Mean position on the Mercator square, 0 to 1. */
  meanX: number
  meanY: number
}

/** `n` parcels, `areaM2` document area, `au` and `idle` by ledger, `cls` the commonest legend class, `c_<class>` counts. */
export const CELL_KEYS = [
  'n',
  'areaM2',
  'au',
  'idle',
  'cls',
  ...CAUSE_CLASSES.map((causeClass) => `c_${causeClass}`),
] as const

export const classOf = (ledger: Ledger, cause: Cause | '' | null): CauseClass =>
  cause ? (CAUSE_CLASS[ledger][cause] ?? 'none') : 'none'

interface Cell {
  count: number
  areaM2: number
  sumX: number
  sumY: number
  byLedger: Record<Ledger, number>
  byClass: Map<CauseClass, number>
}

function group(rows: readonly CellRow[]): Cell[] {
  const cells = new Map<string, Cell>()
  for (const row of rows) {
    const key = `${row.x}/${row.y}`
    let cell = cells.get(key)
    if (!cell) {
      const byLedger = { approved_unsupplied: 0, idle: 0 }
      cell = { count: 0, areaM2: 0, sumX: 0, sumY: 0, byLedger, byClass: new Map() }
      cells.set(key, cell)
    }
    const causeClass = classOf(row.ledger, row.cause)
    cell.count += row.count
    cell.areaM2 += row.areaM2
    cell.sumX += row.count * row.meanX
    cell.sumY += row.count * row.meanY
    cell.byLedger[row.ledger] += row.count
    cell.byClass.set(causeClass, (cell.byClass.get(causeClass) ?? 0) + row.count)
  }
  return [...cells.values()]
}

const inTile = (world: number, z: number, index: number): number =>
  Math.min(Math.max(Math.floor((world * 2 ** z - index) * EXTENT), 0), EXTENT - 1)

function writeCell(layer: LayerWriter, tile: TileAddress, cell: Cell): void {
  layer.property('n', cell.count)
  layer.property('areaM2', Math.round(cell.areaM2))
  layer.property('au', cell.byLedger.approved_unsupplied)
  layer.property('idle', cell.byLedger.idle)
  let dominant: CauseClass = 'none'
  // In legend order, so that a tie always falls to the same class.
  for (const causeClass of CAUSE_CLASSES) {
    const count = cell.byClass.get(causeClass) ?? 0
    if (count === 0) continue
    layer.property(`c_${causeClass}`, count)
    if (count > (cell.byClass.get(dominant) ?? 0)) dominant = causeClass
  }
  layer.property('cls', dominant)
  layer.point(inTile(cell.sumX / cell.count, tile.z, tile.x), inTile(cell.sumY / cell.count, tile.z, tile.y))
}

/** Aggregated marks of low zooms: one point a cell, at the mean position of its parcels. */
export function cellsLayer(tile: TileAddress, rows: readonly CellRow[]): LayerWriter {
  const layer = new LayerWriter('cells', CELL_KEYS)
  for (const cell of group(rows)) writeCell(layer, tile, cell)
  return layer
}
