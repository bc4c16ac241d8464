import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GeoJsonGeometry } from '../contract/primitives.ts'

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
