import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as shapefile from 'shapefile'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BENCH_FIELDS, benchRecord } from '../../scripts/data/bench/table.ts'
import { writeShapefileStream } from '../../scripts/data/bench/streaming-shapefile.ts'
import { generateParcels, surveyEwkb, type GeneratedParcel } from '../../scripts/data/generate-million.ts'
import { gaussKrugerPrj } from '../../scripts/data/gauss-kruger-prj.ts'
import { overlaps } from './plane-overlap.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qidi-generated-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function take(count: number, seed: number): Promise<GeneratedParcel[]> {
  const parcels: GeneratedParcel[] = []
  for await (const parcel of generateParcels(count, seed)) parcels.push(parcel)
  return parcels
}

describe('generated parcels', () => {
  test('are as many as asked for, the same for the same seed, others for another', async () => {
    const [first, again, other] = [await take(250, 7), await take(250, 7), await take(250, 8)]
    expect(first).toHaveLength(250)
    expect(again).toEqual(first)
    expect(other[0].ring).not.toEqual(first[0].ring)
  })

  test('are neighbours without overlap, however dense', async () => {
    const parcels: GeneratedParcel[] = []
    for await (const parcel of generateParcels(1_000_000, 1)) {
      parcels.push(parcel)
      if (parcels.length === 400) break
    }
    expect(overlaps(parcels.map(({ index, ring }) => ({ label: String(index), parts: [[ring]] })))).toEqual(
      [],
    )
    const corners = parcels.flatMap(({ ring }) => ring.map(String))
    expect(new Set(corners).size).toBeLessThan(corners.length * 0.75)
  })

  test('are written as EWKB of a multipolygon in EPSG:4524', async () => {
    const [parcel] = await take(1, 1)
    const bytes = surveyEwkb(parcel)
    expect(bytes.readUInt32LE(1)).toBe(0x20000006)
    expect(bytes.readUInt32LE(5)).toBe(4524)
    expect(bytes.readUInt32LE(22)).toBe(parcel.ring.length + 1)
    expect([bytes.readDoubleLE(26), bytes.readDoubleLE(34)]).toEqual([...parcel.ring[0]])
    expect(bytes).toHaveLength(26 + (parcel.ring.length + 1) * 16)
  })

  test('stream into a shapefile another reader reads', async () => {
    const path = join(folder, 'generated.shp')
    const features = generateParcels(60, 3, { ledger: 'idle' })
    await writeShapefileStream(path, {
      fields: BENCH_FIELDS,
      features,
      record: benchRecord,
      prj: gaussKrugerPrj(36),
    })
    const expected = await take(60, 3)
    const read = await shapefile.read(await readFile(path), await readFile(path.replace('.shp', '.dbf')), {
      encoding: 'gbk',
    })
    expect(read.features).toHaveLength(60)
    const [feature] = read.features
    expect(feature.properties?.台账编号).toBe('XZ-G-0000001')
    expect(feature.geometry).toMatchObject({ type: 'Polygon' })
    const ring = feature.geometry.type === 'Polygon' ? feature.geometry.coordinates[0] : []
    expect(ring.slice(1).reverse()).toEqual(expect.arrayContaining([[...expected[0].ring[1]]]))
  })
})
