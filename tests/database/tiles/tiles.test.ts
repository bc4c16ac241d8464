import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FIELDS } from '#contract/fields.ts'
import type { TileQuery } from '#contract/tile.ts'
import type { Actor } from '../../../server/auth/actor.ts'
import { actionsOf } from '../../../server/auth/permissions.ts'
import { ProblemError } from '../../../server/platform/problems.ts'
import { BUFFER } from '../../../server/tiles/encode/polygon.ts'
import { EXTENT } from '../../../server/tiles/encode/layer-writer.ts'
import { TILE_LAYERS } from '../../../server/tiles/layers/index.ts'
import { tileExtent, worldX, worldY, type TileAddress } from '../../../server/tiles/mercator.ts'
import { tileService, type TileService } from '../../../server/tiles/service.ts'
import { TileVersions } from '../../../server/tiles/versions.ts'
import { seedParcels, square, type ParcelSeed } from '../../factories/parcels.ts'
import { createTestDatabase, testModes, type TestDatabase } from '../../support/database.ts'
import { readTile, ringArea2, type MvtLayer } from '../../support/mvt.ts'

const viewer = (divisionPrefix: string, townCodes: string[] = []): Actor => ({
  id: 'viewer',
  name: 'viewer',
  displayName: '浏览者',
  roles: ['viewer'],
  actions: actionsOf(['viewer']),
  scope: { divisionPrefix, townCodes },
})
const COUNTY = viewer('150623')
const TOWN = viewer('150623', ['150623100'])

/** A ring with teeth and a bend, in the survey's zone, so that clipping has something to get wrong. */
function ragged(eastM: number, northM: number, sizeM: number): [number, number][] {
  const [x, y] = square(eastM, northM, sizeM)[0]!
  const ring: [number, number][] = [[x, y]]
  for (let i = 1; i < 12; i += 1) ring.push([x + (sizeM * i) / 12, y + (i % 2 ? sizeM * 0.35 : 0)])
  ring.push(
    [x + sizeM, y],
    [x + sizeM * 0.9, y + sizeM],
    [x + sizeM * 0.4, y + sizeM * 0.55],
    [x, y + sizeM],
    [x, y],
  )
  return ring
}

const SEEDS: ParcelSeed[] = Array.from({ length: 240 }, (_, i) => ({
  ledger: i % 3 === 0 ? 'idle' : 'approved_unsupplied',
  status: i % 5 === 0 ? 'verified' : 'registered',
  ring: ragged((i % 16) * 700, Math.floor(i / 16) * 700, 80 + (i % 9) * 60),
  isUncalibrated: i % 40 === 0,
  missing: i % 10 === 0 ? ['holder'] : [],
  columns: {
    name: `示例地块${i}`,
    cause: [null, 'other', i % 3 === 0 ? 'judicial' : 'no_project'][i % 4 === 0 ? 0 : (i % 2) + 1],
    town_code: i % 2 === 0 ? '150623100' : '150623101',
    document_area_m2: 1000 + i,
    plan_year: 2025 + (i % 2),
    responsible_person: '内部人名',
    responsible_phone: '13000000000',
    holder: '保密单位',
  },
}))

describe.each(testModes())('tiles on the %s database', (mode) => {
  let database: TestDatabase
  let versions: TileVersions
  let service: TileService
  let place: { lon: number; lat: number }

  beforeAll(async () => {
    database = await createTestDatabase({ mode })
    versions = new TileVersions({ knex: database.knex, listen: database.listen })
    await versions.start()
    service = tileService({ db: database.knex, versions })
    const seeded = await seedParcels(database.knex, SEEDS)
    versions.applied(seeded.tiles)
    await database.vacuumAnalyze(['parcels'])
    const centre = await database.knex.raw(
      'SELECT avg(ST_X(inner_point)) AS lon, avg(ST_Y(inner_point)) AS lat FROM parcels',
    )
    place = centre.rows[0]
  })
  afterAll(async () => {
    await versions.stop()
    await database.drop()
  })

  const at = (z: number, dx = 0, dy = 0): TileAddress => ({
    z,
    x: Math.floor(worldX(place.lon) * 2 ** z) + dx,
    y: Math.floor(worldY(place.lat) * 2 ** z) + dy,
  })
  const around = (z: number, reach: number): TileAddress[] =>
    Array.from({ length: (2 * reach + 1) ** 2 }, (_, i) =>
      at(z, (i % (2 * reach + 1)) - reach, Math.floor(i / (2 * reach + 1)) - reach),
    )

  async function bytesOf(actor: Actor, tile: TileAddress, query: TileQuery = {}): Promise<Buffer> {
    const answer = await service.tile(actor, { ...tile, query })
    return answer.kind === 'tile' ? gunzipSync(answer.gzip) : Buffer.alloc(0)
  }
  const layersOf = async (
    actor: Actor,
    tile: TileAddress,
    query: TileQuery = {},
  ): Promise<Map<string, MvtLayer>> => readTile(await bytesOf(actor, tile, query))

  /** Area and perimeter in tile units; the embedded PostGIS has no ST_AsMVTGeom and cuts by the envelope instead. */
  async function areasByPostgis(tile: TileAddress) {
    const { minLon, maxLon, minLat, maxLat } = tileExtent(tile, 1)
    const side = 40_075_016.685578488 / 2 ** tile.z
    const shape =
      mode === 'native'
        ? `ST_AsMVTGeom(ST_Transform(p.geom, 3857), ST_TileEnvelope(t.z, t.x, t.y), ${EXTENT}, ${BUFFER}, true)`
        : `ST_Scale(ST_Intersection(ST_Transform(p.geom, 3857), ST_Expand(ST_TileEnvelope(t.z, t.x, t.y), ${(side * BUFFER) / EXTENT})),
             ${EXTENT / side}, ${EXTENT / side})`
    const result = await database.knex.raw<{ rows: { id: string; area: number; perimeter: number }[] }>(
      `SELECT p.id, ST_Area(m.g) AS area, ST_Perimeter(m.g) AS perimeter
       FROM (VALUES (?::int, ?::int, ?::int)) AS t (z, x, y), parcels p
       CROSS JOIN LATERAL (SELECT ${shape} AS g) m
       WHERE p.geom && ST_MakeEnvelope(?, ?, ?, ?, 4490) AND m.g IS NOT NULL`,
      [tile.z, tile.x, tile.y, minLon, minLat, maxLon, maxLat],
    )
    return result.rows
  }

  it.each([12, 14, 16])(
    'draw at z%i the area PostGIS draws, within what snapping to the grid may move',
    async (z) => {
      for (const tile of around(z, z === 16 ? 2 : 1)) {
        const layer = (await layersOf(COUNTY, tile)).get('parcels')
        const theirs = await areasByPostgis(tile)
        const ours = new Map(
          (layer?.features ?? []).map((feature) => [
            feature.properties['id'],
            feature.rings.reduce((sum, ring) => sum + ringArea2(ring) / 2, 0),
          ]),
        )
        for (const { id, area, perimeter } of theirs) {
          const grid = z === 12 ? 4 : 1
          expect(Math.abs((ours.get(id) ?? 0) - area)).toBeLessThan(perimeter * grid + 80)
        }
      }
    },
  )

  it('show every parcel at z11 to z13, and each label once', async () => {
    for (const z of [11, 12, 13]) {
      const ids = new Set<unknown>()
      const labels: unknown[] = []
      for (const tile of around(z, 4)) {
        const layers = await layersOf(COUNTY, tile)
        for (const feature of layers.get('parcels')?.features ?? []) ids.add(feature.properties['id'])
        for (const feature of layers.get('labels')?.features ?? []) labels.push(feature.properties['id'])
      }
      expect(ids.size).toBe(SEEDS.length)
      expect(labels).toHaveLength(z < 13 ? 0 : SEEDS.length)
      expect(new Set(labels).size).toBe(labels.length)
    }
  })

  it('follow MVT 2.1: version 2, extent 4096, shells wound positive and holes negative, nothing beyond the buffer', async () => {
    for (const tile of around(15, 2)) {
      for (const layer of (await layersOf(COUNTY, tile)).values()) {
        expect([layer.version, layer.extent]).toEqual([2, EXTENT])
        for (const feature of layer.features.filter(({ type }) => type === 'Polygon')) {
          expect(ringArea2(feature.rings[0]!)).toBeGreaterThan(0)
          for (const [x, y] of feature.rings.flat()) {
            expect(Math.max(-x, -y, x - EXTENT, y - EXTENT)).toBeLessThanOrEqual(BUFFER + 1)
          }
        }
      }
    }
  })

  it.each([0, 3, 6, 8, 9, 10])(
    'add up at z%i to every parcel, from cells and from the parcels alike',
    async (z) => {
      const sums = async (query: TileQuery) => {
        const total = { n: 0, areaM2: 0, au: 0, idle: 0, classes: 0 }
        for (const tile of z < 2 ? [at(z)] : around(z, 1)) {
          for (const { properties } of (await layersOf(COUNTY, tile, query)).get('cells')?.features ?? []) {
            total.n += Number(properties['n'])
            total.areaM2 += Number(properties['areaM2'])
            total.au += Number(properties['au'])
            total.idle += Number(properties['idle'])
            for (const [key, value] of Object.entries(properties)) {
              if (key.startsWith('c_')) total.classes += Number(value)
            }
          }
        }
        return total
      }
      const idle = SEEDS.filter((seed) => seed.ledger === 'idle').length
      const whole = await sums({})
      expect(whole).toMatchObject({ n: 240, au: 240 - idle, idle, classes: 240 })
      expect(Math.abs(whole.areaM2 - SEEDS.reduce((sum, _, i) => sum + 1000 + i, 0))).toBeLessThan(64)
      expect(await sums({ areaFromM2: 0 })).toEqual(whole)
      expect((await sums({ planYear: 2025 })).n).toBe(120)
    },
  )

  it('place the mark of a cell among its parcels', async () => {
    const [tile] = [at(10)]
    const places = async (query: TileQuery): Promise<number[]> => {
      const cells = (await layersOf(COUNTY, tile, query)).get('cells')!.features
      return [0, 1].map(
        (axis) => cells.reduce((sum, { rings }) => sum + rings[0]![0]![axis]!, 0) / cells.length,
      )
    }
    const [fromCells, fromParcels] = [await places({}), await places({ areaFromM2: 0 })]
    expect(fromCells[0]).toBeCloseTo(fromParcels[0]!, -0.5)
    expect(fromCells[1]).toBeCloseTo(fromParcels[1]!, -0.5)
  })

  it('differ between two scopes and between two filters', async () => {
    const tile = at(12)
    const [all, town, idle] = [
      await layersOf(COUNTY, tile),
      await layersOf(TOWN, tile),
      await layersOf(COUNTY, tile, { ledger: 'idle' }),
    ].map((layers) => layers.get('parcels')!.features)
    expect(town!.length).toBeLessThan(all!.length)
    expect(idle!.every(({ properties }) => properties['ledger'] === 'idle')).toBe(true)
    const tags = await Promise.all(
      [COUNTY, TOWN].map(async (actor) => (await service.tile(actor, { ...tile, query: {} })).etag),
    )
    expect(new Set(tags).size).toBe(2)
    const low = at(8)
    const [wide, narrow] = [await bytesOf(COUNTY, low), await bytesOf(TOWN, low)]
    expect(wide.equals(narrow)).toBe(false)
    expect(await bytesOf(viewer('620000'), low)).toHaveLength(0)
  })

  it('say nothing but what the allow-list names', async () => {
    const allowed = new Set(Object.values(TILE_LAYERS).flatMap((layer) => [...layer.keys] as string[]))
    const internal = FIELDS.filter((field) => field.attributeClass === 'internal')
    expect(internal.filter((field) => allowed.has(field.wire) || allowed.has(field.column))).toEqual([])
    for (const z of [8, 11, 14]) {
      const bytes = await bytesOf(COUNTY, at(z))
      for (const layer of readTile(bytes).values()) {
        for (const { properties } of layer.features) {
          expect(Object.keys(properties).filter((key) => !allowed.has(key))).toEqual([])
        }
      }
      for (const secret of ['内部人名', '13000000000', '保密单位']) expect(bytes.includes(secret)).toBe(false)
    }
  })

  it('mark what is uncalibrated or still lacks something, and only that', async () => {
    const marked = { unc: new Set<unknown>(), missing: new Set<unknown>() }
    for (const tile of around(11, 1)) {
      for (const { properties } of (await layersOf(COUNTY, tile)).get('parcels')?.features ?? []) {
        for (const key of ['unc', 'missing'] as const)
          if (properties[key] === 1) marked[key].add(properties['id'])
      }
    }
    const found = (key: 'unc' | 'missing') => marked[key].size
    expect(found('unc')).toBe(SEEDS.filter((seed) => seed.isUncalibrated).length)
    expect(found('missing')).toBe(SEEDS.filter((seed) => seed.missing!.length > 0).length)
  })

  it('refuse a tile that does not exist and a filter value nobody knows', async () => {
    for (const [z, x, y] of [
      [23, 0, 0],
      [-1, 0, 0],
      [3, 8, 0],
      [3, 0, -1],
    ] as const) {
      await expect(service.tile(COUNTY, { z, x, y, query: {} })).rejects.toThrow('tile.out_of_range')
    }
    const refused = service.tile(COUNTY, { ...at(12), query: { cause: 'weather' } })
    await expect(refused).rejects.toBeInstanceOf(ProblemError)
  })

  it('find their parcels by the geometry index', async () => {
    await database.knex.transaction(async (trx) => {
      const { minLon, minLat, maxLon, maxLat } = tileExtent(at(17))
      const plan = await trx.raw<{ rows: Record<string, string>[] }>(
        'EXPLAIN SELECT ST_AsBinary(p.geom) FROM parcels p WHERE p.geom && ST_MakeEnvelope(?, ?, ?, ?, 4490)',
        [minLon, minLat, maxLon, maxLat],
      )
      expect(plan.rows.map((row) => Object.values(row)[0]).join('\n')).toContain('parcels_geom')
    })
  })
})
