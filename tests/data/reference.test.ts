import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { booleanPointInPolygon } from '@turf/turf'
import type { Feature, FeatureCollection, LineString, Point, Polygon, Position } from 'geojson'
import { describe, expect, test } from 'vitest'
import { clipLine } from '../../scripts/data/clip-line.ts'

const text = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../data/reference/${name}`, import.meta.url)), 'utf8')
const collection = <G extends Polygon | LineString | Point>(name: string) =>
  JSON.parse(text(name)) as FeatureCollection<G, Record<string, unknown>>

const outline = collection<Polygon>('outline.geojson').features[0]
const ring = outline.geometry.coordinates[0]

function expectNear(values: number[], target: number): void {
  for (const value of values) expect(Math.abs(value - target)).toBeLessThan(0.006)
}

describe('reference data', () => {
  test('the outline is 150623, a sketch, where it should be', () => {
    expect(outline.properties).toMatchObject({ code: '150623', name: '鄂托克前旗', note: '示意，非标准地图' })
    const [lons, lats] = [ring.map(([lon]) => lon), ring.map(([, lat]) => lat)]
    expectNear([Math.min(...lons)], 106.478)
    expectNear([Math.max(...lons)], 108.536)
    expectNear([Math.min(...lats)], 37.621)
    expectNear([Math.max(...lats)], 38.837)
  })

  test('coordinates carry six decimals at most', () => {
    for (const name of ['outline.geojson', 'neighbours.geojson', 'rivers.geojson'])
      expect(text(name)).not.toMatch(/\d\.\d{7}/)
  })

  test('neighbours are named and share corners with the county', () => {
    const { features } = collection<Polygon>('neighbours.geojson')
    expect(features.map(({ properties }) => String(properties.name)).sort()).toEqual(['乌审旗', '鄂托克旗'])
    const corners = new Set(ring.map(String))
    for (const neighbour of features)
      expect(
        neighbour.geometry.coordinates[0].filter((position) => corners.has(String(position))).length,
      ).toBeGreaterThan(20)
  })

  test('the towns lie in the county and carry its codes', () => {
    const places = collection<Point>('places.geojson').features
    const towns = places.filter(({ properties }) => properties.code !== undefined)
    expect(towns.map(({ properties }) => properties.name)).toEqual([
      '敖勒召其镇',
      '上海庙镇',
      '城川镇',
      '昂素镇',
      '上海庙经济开发区',
    ])
    for (const town of towns) expect(booleanPointInPolygon(town, outline as Feature<Polygon>)).toBe(true)
    expect(
      text('towns.csv')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',')[0]),
    ).toEqual(towns.map(({ properties }) => properties.code))
    expect(text('villages.csv')).toContain('圐圙嘎查')
  })

  test('every place has a Chinese name', () => {
    for (const { properties } of collection<Point>('places.geojson').features)
      expect(properties.name).toMatch(/^\p{Script=Han}+$/u)
  })
})

describe('clipping to a box', () => {
  const box = { west: 0, south: 0, east: 10, north: 10 }

  test('cuts where a line leaves and begins anew where it returns', () => {
    const line: Position[] = [
      [-5, 5],
      [5, 5],
      [15, 5],
      [15, 8],
      [5, 8],
    ]
    expect(clipLine(line, box)).toEqual([
      [
        [0, 5],
        [5, 5],
        [10, 5],
      ],
      [
        [10, 8],
        [5, 8],
      ],
    ])
  })

  test('drops lines that miss the box', () => {
    expect(
      clipLine(
        [
          [-5, -5],
          [-1, 20],
        ],
        box,
      ),
    ).toEqual([])
  })
})
