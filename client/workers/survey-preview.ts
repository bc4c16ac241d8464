/** What the browser can tell of a survey before the server has it: names, counts, first rows, a sketch. Never the truth. */
import { openDbf, openShp } from 'shapefile'
import { bytesOf, decodeText, decoderFor, type LooseFile } from './survey-files.ts'
import { lonLatCentre, projectionName } from './survey-position.ts'

export interface PreviewLayer {
  name: string
  kind: 'shapefile' | 'boundary_txt' | 'geojson'
  /** Null when only a full reading would tell. */
  featureCount: number | null
  columns: string[]
  rows: string[][]
  /** Rings in the survey's own coordinates, x east and y north, thinned for a sketch. */
  rings: number[][][]
  encoding: string | null
  /** Name inside the .prj or the header, as it is written. */
  crsText: string | null
  centre: { lon: number; lat: number } | null
}

export interface SurveyPreview {
  layers: PreviewLayer[]
  /** Ledger tables beside the survey; the server reads them. */
  tables: string[]
  /** Whether files were left out because reading them here would take too long. */
  isPartial: boolean
}

const SAMPLE_ROWS = 5
const SAMPLE_COLUMNS = 24
const MAX_RINGS = 1500
const MAX_RING_POINTS = 60
const MAX_RECORDS = 20_000

const extensionOf = (name: string): string => /\.([^.]+)$/.exec(name)?.[1].toLowerCase() ?? ''
const stemOf = (name: string): string => name.replace(/\.[^.]+$/, '')
const shortName = (name: string): string => name.split('/').pop() ?? name

/** At most so many points that the outline still reads; the first and last stay. */
export function thinRing(ring: number[][]): number[][] {
  if (ring.length <= MAX_RING_POINTS) return ring
  const step = (ring.length - 1) / (MAX_RING_POINTS - 1)
  return Array.from({ length: MAX_RING_POINTS }, (_, index) => ring[Math.round(index * step)])
}

function ringsOf(geometry: { type: string; coordinates?: unknown } | null): number[][][] {
  if (geometry?.type === 'Polygon') return geometry.coordinates as number[][][]
  if (geometry?.type === 'MultiPolygon') return (geometry.coordinates as number[][][][]).flat()
  return []
}

/** Half a character at the end: the column was too narrow for it. */
const uncut = (text: string): string => text.replace(/\uFFFD+$/, '')

const cellText = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  return value instanceof Date ? value.toISOString().slice(0, 10) : uncut(String(value).trim())
}

async function shapesOf(
  bytes: Uint8Array,
): Promise<{ rings: number[][][]; count: number; isWhole: boolean }> {
  const source = await openShp(bytes)
  const rings: number[][][] = []
  let count = 0
  while (count < MAX_RECORDS) {
    const { done, value } = await source.read()
    if (done) return { rings, count, isWhole: true }
    count++
    for (const ring of ringsOf(value)) if (rings.length < MAX_RINGS) rings.push(thinRing(ring))
  }
  return { rings, count, isWhole: false }
}

async function recordsOf(
  bytes: Uint8Array,
  encoding: string,
): Promise<{ columns: string[]; rows: string[][] }> {
  const source = await openDbf(bytes, { encoding })
  const records: Record<string, unknown>[] = []
  while (records.length < SAMPLE_ROWS) {
    const { done, value } = await source.read()
    if (done) break
    records.push((value ?? {}) as Record<string, unknown>)
  }
  const columns = Object.keys(records[0] ?? {}).slice(0, SAMPLE_COLUMNS)
  return {
    columns: columns.map(uncut),
    rows: records.map((record) => columns.map((column) => cellText(record[column]))),
  }
}

async function readShapefile(shp: LooseFile, beside: Map<string, LooseFile>): Promise<PreviewLayer> {
  const part = (extension: string): LooseFile | undefined =>
    beside.get(`${stemOf(shp.name).toLowerCase()}.${extension}`)
  const dbf = part('dbf')
  const cpg = part('cpg')
  const prj = part('prj')
  const encoding = dbf ? decoderFor(dbf.bytes, cpg ? decodeText(cpg.bytes) : null) : null
  const shapes = await shapesOf(shp.bytes)
  const records = dbf && encoding ? await recordsOf(dbf.bytes, encoding) : { columns: [], rows: [] }
  const crsText = prj ? decodeText(prj.bytes).trim() : null
  return {
    name: shortName(stemOf(shp.name)),
    kind: 'shapefile',
    featureCount: shapes.isWhole ? shapes.count : dbf ? dbfCount(dbf.bytes) : null,
    ...records,
    rings: shapes.rings,
    encoding: encoding === 'gb18030' ? 'GBK' : (encoding?.toUpperCase() ?? null),
    crsText: crsText ? projectionName(crsText) : null,
    centre: lonLatCentre(shapes.rings, crsText),
  }
}

const dbfCount = (bytes: Uint8Array): number | null =>
  bytes.length < 8 ? null : new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true)

/** 界址点 lines are number, ring, north, east; a line that ends in @ starts the next plot. */
function readBoundary(file: LooseFile): PreviewLayer | null {
  const text = decodeText(file.bytes).replaceAll('，', ',').replaceAll('＠', '@')
  const rings: number[][][] = []
  const rows: string[][] = []
  let ring: number[][] = []
  let ringNo = ''
  const endRing = (): void => {
    if (ring.length > 2 && rings.length < MAX_RINGS) rings.push(thinRing(ring))
    ring = []
  }
  for (const line of text.split(/\r\n|\r|\n/)) {
    const cells = line.split(',').map((cell) => cell.trim())
    if (line.trim().endsWith('@')) {
      endRing()
      rows.push([cells[2] ?? '', cells[3] ?? '', cells[1] ?? '', cells[6] ?? ''])
      continue
    }
    const [, number, first, second] = cells
    const north = Number(first)
    const east = Number(second)
    if (cells.length < 4 || !first || !second || !Number.isFinite(north) || !Number.isFinite(east)) continue
    if (number !== ringNo) endRing()
    ringNo = number
    ring.push(east > north || north < 90 ? [east, north] : [north, east])
  }
  endRing()
  if (rings.length === 0) return null
  return {
    name: shortName(stemOf(file.name)),
    kind: 'boundary_txt',
    featureCount: Math.max(rows.length, 1),
    columns: ['地块编号', '地块名称', '地块面积', '地块用途'],
    rows: rows.slice(0, SAMPLE_ROWS),
    rings,
    encoding: null,
    crsText: /坐标系\s*=\s*(.+)/.exec(text)?.[1].trim() ?? null,
    centre: null,
  }
}

function readGeoJson(file: LooseFile): PreviewLayer | null {
  const parsed = JSON.parse(decodeText(file.bytes)) as {
    features?: { geometry: { type: string; coordinates?: unknown } | null; properties?: object | null }[]
  }
  const features = parsed.features ?? []
  if (features.length === 0) return null
  const columns = Object.keys(features[0].properties ?? {}).slice(0, SAMPLE_COLUMNS)
  const rings = features
    .flatMap(({ geometry }) => ringsOf(geometry))
    .slice(0, MAX_RINGS)
    .map(thinRing)
  return {
    name: shortName(stemOf(file.name)),
    kind: 'geojson',
    featureCount: features.length,
    columns,
    rows: features.slice(0, SAMPLE_ROWS).map(({ properties }) => {
      const record = (properties ?? {}) as Record<string, unknown>
      return columns.map((column) => cellText(record[column]))
    }),
    rings,
    encoding: null,
    crsText: null,
    centre: lonLatCentre(rings, null),
  }
}

async function readLayer(file: LooseFile, beside: Map<string, LooseFile>): Promise<PreviewLayer | null> {
  switch (extensionOf(file.name)) {
    case 'shp':
      return readShapefile(file, beside)
    case 'txt':
      return readBoundary(file)
    case 'geojson':
    case 'json':
      return readGeoJson(file)
    default:
      return null
  }
}

/** A file that cannot be read here is left out: the server says what is wrong with it. */
export async function previewSurvey(files: readonly LooseFile[]): Promise<SurveyPreview> {
  const { loose, isPartial } = bytesOf(files)
  const byName = new Map(loose.map((file) => [file.name.toLowerCase(), file]))
  const layers: PreviewLayer[] = []
  for (const file of loose) {
    try {
      const layer = await readLayer(file, byName)
      if (layer) layers.push(layer)
    } catch {
      // Left to the server.
    }
  }
  const tables = loose.filter((file) => ['xlsx', 'csv'].includes(extensionOf(file.name)))
  return { layers, tables: tables.map((file) => shortName(file.name)), isPartial }
}
