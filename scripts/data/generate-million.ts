/**
 * Any number of neighbourly parcels spread over the county, made one block at a time: memory does not grow with the
 * count. For the bench, as rows (`generateParcels`) or, run as a command, as a shapefile:
 * `npx tsx scripts/data/generate-million.ts OUT.shp [--count 100000] [--seed 1] [--ledger idle]`.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'
import type { Feature, Polygon } from 'geojson'
import proj4 from 'proj4'
import { signedArea, type Point, type Ring } from './cadastre/polygon.ts'
import { createRandom, type Random } from './cadastre/random.ts'
import { benchAttributes, type BenchAttributes } from './bench/attributes.ts'
import { BENCH_FIELDS, benchRecord } from './bench/table.ts'
import { writeShapefileStream } from './bench/streaming-shapefile.ts'
import { gaussKrugerPrj } from './gauss-kruger-prj.ts'
import type { Ledger } from './sample/choose-parcels.ts'

export interface GeneratedParcel {
  /** From 0. */
  index: number
  /** Open, counter-clockwise, EPSG:4524 metres to the millimetre. */
  ring: Ring
  areaM2: number
  /** By wire name. */
  attributes: BenchAttributes
}

const SRID = 4524
const ZONE_36 = '+proj=tmerc +lat_0=0 +lon_0=108 +k=1 +x_0=36500000 +y_0=0 +ellps=GRS80 +units=m +no_defs'
const COLUMNS = 5
const ROWS = 4
/** Blocks are town blocks, however few of them the county has to hold. */
const BLOCK_M = [190, 430] as const

/** Parcels in space order, block by block; the same seed and count give the same parcels. */
export async function* generateParcels(
  count: number,
  seed: number,
  options: { ledger?: Ledger } = {},
): AsyncGenerator<GeneratedParcel> {
  const random = createRandom(seed)
  const { cells, pitchM } = blockCells(countyRing(), Math.ceil(count / (COLUMNS * ROWS)))
  let index = 0
  for (const [number, cell] of cells.entries()) {
    for (const ring of blockLots(cell, pitchM, random.fork(`block ${number}`))) {
      if (index === count) return
      const areaM2 = signedArea(ring)
      const place = { index, block: number, middle: cell, areaM2 }
      yield { index, ring, areaM2, attributes: benchAttributes(place, random, options.ledger) }
      index += 1
    }
  }
}

/** MULTIPOLYGON with SRID 4524, as COPY and `?::geometry` take it in hexadecimal. */
export function surveyEwkb({ ring }: Pick<GeneratedParcel, 'ring'>): Buffer {
  const bytes = Buffer.alloc(9 + 4 + 9 + 4 + (ring.length + 1) * 16)
  let at = bytes.writeUInt8(1, 0)
  at = bytes.writeUInt32LE(0x20000006, at)
  at = bytes.writeUInt32LE(SRID, at)
  at = bytes.writeUInt32LE(1, at)
  at = bytes.writeUInt8(1, at)
  at = bytes.writeUInt32LE(3, at)
  at = bytes.writeUInt32LE(1, at)
  at = bytes.writeUInt32LE(ring.length + 1, at)
  for (const [east, north] of [...ring, ring[0]]) {
    at = bytes.writeDoubleLE(east, at)
    at = bytes.writeDoubleLE(north, at)
  }
  return bytes.subarray(0, at)
}

function countyRing(): Ring {
  const path = fileURLToPath(new URL('../../data/reference/outline.geojson', import.meta.url))
  const { features } = JSON.parse(readFileSync(path, 'utf8')) as { features: Feature<Polygon>[] }
  return features[0].geometry.coordinates[0].map((position): Point => {
    const [east, north] = proj4(ZONE_36, [position[0], position[1]])
    return [east, north]
  })
}

/** Grid cells inside the outline, with the widest pitch that still holds all blocks. */
function blockCells(outline: Ring, wanted: number): { cells: Point[]; pitchM: number } {
  const area = Math.abs(signedArea(outline))
  let pitchM = Math.sqrt(area / wanted)
  for (;;) {
    const cells = cellsInside(outline, pitchM)
    if (cells.length >= wanted) return { cells: cells.slice(0, wanted), pitchM }
    pitchM *= 0.99
  }
}

/** Row by row: where a row of cell middles crosses the outline gives the cells between the crossings. */
function cellsInside(outline: Ring, pitchM: number): Point[] {
  const norths = outline.map(([, north]) => north)
  const [south, top] = [Math.min(...norths), Math.max(...norths)]
  const cells: Point[] = []
  for (let north = south + pitchM / 2; north < top; north += pitchM) {
    const crossings = outline
      .flatMap(([ax, ay], i) => {
        const [bx, by] = outline[(i + 1) % outline.length]
        return ay > north !== by > north ? [ax + ((north - ay) * (bx - ax)) / (by - ay)] : []
      })
      .sort((a, b) => a - b)
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const first = Math.ceil(crossings[i] / pitchM) * pitchM
      for (let east = first; east < crossings[i + 1]; east += pitchM) cells.push([east, north])
    }
  }
  return cells
}

/** A turned block of 5 × 4 lots whose borders bend a little at corners and midway; neighbours share every vertex. */
function blockLots([east, north]: Point, pitchM: number, random: Random): Ring[] {
  const sizeM = Math.min(random.between(...BLOCK_M), pitchM * random.between(0.55, 0.68))
  const angle = random.between(-0.5, 0.5)
  const step = sizeM / (COLUMNS * 2)
  const millimetre = (value: number) => Math.round(value * 1000) / 1000
  const vertices = Array.from({ length: ROWS * 2 + 1 }, (_, j) =>
    Array.from({ length: COLUMNS * 2 + 1 }, (__, i): Point => {
      const jitter = i % 2 === 1 || j % 2 === 1 ? 0.07 : 0.3
      const x = (i - COLUMNS + random.between(-jitter, jitter)) * step
      const y = (j - ROWS + random.between(-jitter, jitter)) * step
      return [
        millimetre(east + x * Math.cos(angle) - y * Math.sin(angle)),
        millimetre(north + x * Math.sin(angle) + y * Math.cos(angle)),
      ]
    }),
  )
  const around = [
    [0, 0],
    [1, 0],
    [2, 0],
    [2, 1],
    [2, 2],
    [1, 2],
    [0, 2],
    [0, 1],
  ] as const
  return Array.from({ length: COLUMNS * ROWS }, (_, lot) => {
    const [i, j] = [(lot % COLUMNS) * 2, Math.floor(lot / COLUMNS) * 2]
    return around.map(([di, dj]) => vertices[j + dj][i + di])
  })
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      count: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      ledger: { type: 'string', default: 'approved_unsupplied' },
    },
  })
  const [path] = positionals
  if (!path) throw new Error('Give the path of the .shp to write.')
  const ledger: Ledger = values.ledger === 'idle' ? 'idle' : 'approved_unsupplied'
  const parcels = generateParcels(Number(values.count), Number(values.seed), { ledger })
  const written = await writeShapefileStream(path, {
    fields: BENCH_FIELDS,
    features: parcels,
    record: benchRecord,
    prj: gaussKrugerPrj(36),
  })
  console.log(`${written.count} parcels, ${Math.round(written.bytes / 1024 / 1024)} MiB: ${path}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
