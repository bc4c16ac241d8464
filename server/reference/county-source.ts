import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GeoJsonGeometry } from '../contract/primitives.ts'
import { StartRefused } from '../platform/data-directory.ts'

/** What a county brings: its outline, its neighbours and its towns. Geometry lon, lat in CGCS2000. */
export interface CountySource {
  divisionCode: string
  name: string
  outline: GeoJsonGeometry | null
  outlineIsSketch: boolean
  neighbours: { code: string; name: string; geometry: GeoJsonGeometry }[]
  towns: { code: string; name: string; kind: string; aliases: string[] }[]
}

interface Feature {
  properties: { code: string; name: string }
  geometry: GeoJsonGeometry
}

/** Former townships of 鄂托克前旗 that old papers still name, all merged into today's towns. */
const FORMER_NAMES: Record<string, string[]> = {
  '150623100': ['敖勒召其', '敖勒召其苏木', '三段地镇', '三段地'],
  '150623101': ['上海庙', '布拉格苏木', '布拉格'],
  '150623102': ['城川', '城川苏木', '珠和苏木', '二道川乡', '二道川'],
  '150623103': ['昂素', '昂素苏木', '毛盖图苏木', '毛盖图'],
  '150623400': ['上海庙开发区', '上海庙能源化工基地', '开发区', '上海庙镇开发区'],
}

/** Statistical units 4xx are development zones run as one with a town. */
const kindOf = (code: string): string => (/^\d{6}4\d\d$/.test(code) ? 'park' : 'town')

async function features(path: string): Promise<Feature[]> {
  const text = await readFile(path, 'utf8')
  return (JSON.parse(text) as { features: Feature[] }).features
}

function parseTowns(csv: string, divisionCode: string): CountySource['towns'] {
  const lines = csv
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .slice(1)
  const rows = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((cell) => cell.replaceAll('"', '').trim()))
  return rows
    .filter(([code]) => code?.startsWith(divisionCode))
    .map(([code, name]) => ({
      code: code!,
      name: name!,
      kind: kindOf(code!),
      aliases: FORMER_NAMES[code!] ?? [],
    }))
}

interface CountyFeature {
  properties: { code?: unknown; name?: unknown; kind?: unknown; aliases?: unknown } | null
  geometry: GeoJsonGeometry | null
}

const isPolygonal = (geometry: GeoJsonGeometry | null): geometry is GeoJsonGeometry =>
  geometry?.type === 'Polygon' || geometry?.type === 'MultiPolygon'

/**
 * Reads a county's own reference (COUNTY_FILE): a GeoJSON FeatureCollection in lon, lat whose features carry `code` and
 * `name` — the county's polygon (6 digits), its neighbours' (6 digits), its towns (9 digits, geometry optional).
 */
export async function readCountyFile(path: string, divisionCode: string): Promise<CountySource> {
  const refuse = (zh: string, en: string): never => {
    throw new StartRefused({ zh: `COUNTY_FILE ${path}：${zh}。`, en: `COUNTY_FILE ${path}: ${en}.` })
  }
  const text = await readFile(path, 'utf8').catch(() => refuse('读不到这个文件', 'the file cannot be read'))
  let collection: { features?: CountyFeature[] } = {}
  try {
    collection = JSON.parse(text.replace(/^\uFEFF/, '')) as { features?: CountyFeature[] }
  } catch {
    refuse('不是 GeoJSON', 'it is no GeoJSON')
  }
  const named = (collection.features ?? []).map((feature) => ({
    code: String(feature.properties?.code ?? ''),
    name: String(feature.properties?.name ?? ''),
    aliases: Array.isArray(feature.properties?.aliases) ? feature.properties.aliases.map(String) : [],
    geometry: feature.geometry,
  }))
  const counties = named.filter((feature) => /^\d{6}$/.test(feature.code) && isPolygonal(feature.geometry))
  const home = counties.find((feature) => feature.code === divisionCode)
  if (!home) {
    return refuse(`没有代码为 ${divisionCode} 的面`, `it has no polygon with the code ${divisionCode}`)
  }
  return {
    divisionCode,
    name: home.name || divisionCode,
    outline: home.geometry,
    outlineIsSketch: true,
    neighbours: counties
      .filter((feature) => feature !== home)
      .map(({ code, name, geometry }) => ({ code, name, geometry: geometry! })),
    towns: named
      .filter((feature) => /^\d{9}$/.test(feature.code) && feature.code.startsWith(divisionCode))
      .map(({ code, name, aliases }) => ({ code, name, kind: kindOf(code), aliases })),
  }
}

/** Without an outline there is nothing to look at, to check surveys against or to name: said before anybody wonders. */
export const countyUnknown = (divisionCode: string): StartRefused =>
  new StartRefused({
    zh: `自带的参考数据里没有 DIVISION_CODE=${divisionCode} 这个县（旗）。请用 COUNTY_FILE 指定本县的 GeoJSON 文件（格式见 data/county/README.md）；若代码有误，请改正 DIVISION_CODE。`,
    en: `The bundled reference does not know the county DIVISION_CODE=${divisionCode}. Set COUNTY_FILE to a GeoJSON file of it (see data/county/README.md), or correct DIVISION_CODE.`,
  })

/** Reads the bundled reference folder; a county it does not know gets no outline and no towns. */
export async function readCountySource(folder: string, divisionCode: string): Promise<CountySource> {
  const outline = (await features(join(folder, 'outline.geojson'))).find(
    (feature) => feature.properties.code === divisionCode,
  )
  const neighbours = outline ? await features(join(folder, 'neighbours.geojson')) : []
  return {
    divisionCode,
    name: outline?.properties.name ?? divisionCode,
    outline: outline?.geometry ?? null,
    outlineIsSketch: true,
    neighbours: neighbours.map((feature) => ({ ...feature.properties, geometry: feature.geometry })),
    towns: parseTowns(await readFile(join(folder, 'towns.csv'), 'utf8'), divisionCode),
  }
}
