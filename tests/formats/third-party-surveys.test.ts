import { existsSync } from 'node:fs'
import { readdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, extname, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isBlocked, readUploads, type ReadSurvey } from './read-survey.ts'

const ROOT = process.env['QIDI_SURVEYS'] ?? ''
const COUNTY = { minLon: 106.4, minLat: 37.6, maxLon: 108.5, maxLat: 38.8 }

/** What is known of them, counted with GDAL: rows, unusable rows, encoding, CRS. A string: refused by that code. */
const KNOWN: Record<
  string,
  string | { rows: number; blocked?: number; encoding?: string; crs?: string | null }
> = {
  'bad-gdal/CoHI_GCS12': { rows: 4, crs: null },
  'bad-gdal/Stacks': { rows: 1, crs: null },
  'bad-gdal/asm': { rows: 1, crs: null },
  'bad-gdal/buggymultipoly': { rows: 1, blocked: 1 },
  'bad-gdal/can_caps': 'layer_not_polygon',
  'bad-gdal/empty': 'shp_no_records',
  'bad-gdal/emptymultipoly': { rows: 1, blocked: 1 },
  'bad-gdal/gjline': 'layer_not_polygon',
  'bad-gdal/gjmultipoly': { rows: 1 },
  'bad-gdal/gjpoint': 'layer_not_polygon',
  'bad-gdal/gjpoly': { rows: 1 },
  'bad-gdal/multipatch': 'layer_not_polygon',
  'bad-gdal/nonconformant_shx_ticket5608': 'layer_not_polygon',
  'bad-gdal/pointnan': 'layer_not_polygon',
  'bad-gdal/poly_golden/poly': { rows: 10, crs: null },
  'bad-gdal/polygonm_with_m': { rows: 2 },
  'bad-gdal/prjwithutf8bom': 'layer_not_polygon',
  'bad-gdal/test3356': { rows: 1 },
  'bad-pyshp/blockgroups': { rows: 663 },
  'bad-pyshp/blockgroups.zip': { rows: 663 },
  'bad-pyshp/corrupt_too_long': 'layer_not_polygon',
  'bad-pyshp/empty_zipfile.zip': 'member_empty',
  'bad-shapefile-js/LGA_2013_AUST': { rows: 13, blocked: 12, crs: null },
  'bad-shapefile-js/codepage': 'layer_not_polygon',
  'bad-shapefile-js/codepage.zip': 'layer_not_polygon',
  'bad-shapefile-js/counties': { rows: 14 },
  'bad-shapefile-js/counties.zip': { rows: 14 },
  'bad-shapefile-js/empty-shp.zip': { rows: 2, crs: 'EPSG:4326' },
  'bad-shapefile-js/mixedcase.zip': { rows: 40, crs: null },
  'bad-shapefile-js/no-dbf.zip': { rows: 14 },
  'bad-shapefile-js/noshp.zip': 'shp_missing',
  'bad-shapefile-js/senate': { rows: 40, crs: null },
  'bad-shapefile-js/senate.zip': { rows: 40, crs: null },
  'cn-gbk-nts/chinese_encoding': { rows: 78, encoding: 'GBK', crs: 'EPSG:4490' },
  'control-fiona/coutwildrnp': { rows: 67, crs: 'EPSG:4326' },
  'control-fiona/coutwildrnp.zip': { rows: 67, crs: 'EPSG:4326' },
  'control-fiona/gre': { rows: 1, encoding: 'UTF-8', crs: 'EPSG:4326' },
  'encodings/big5': 'layer_not_polygon',
  'encodings/gbk': 'shp_missing',
  'scale5k-CC0/scale5k_otog_4524_gbk': { rows: 5000, encoding: 'GBK', crs: 'EPSG:4524' },
  'txt/otog_zone36_5parcels_gbk_crlf.txt': { rows: 5, encoding: 'GBK', crs: 'EPSG:4524' },
  'types-shapelib/shapelib_testcases/test': { rows: 3 },
  'types-shapelib/shapelib_testcases/test10': { rows: 4 },
  'types-shapelib/shapelib_testcases/test11': { rows: 4 },
  'types-shapelib/shapelib_testcases/test12': { rows: 4 },
}

const PARTS = new Set(['.shp', '.shx', '.dbf', '.prj', '.cpg'])

/** Loose shapefiles by their common name, zips and boundary files one by one. */
async function uploads(): Promise<Map<string, string[]>> {
  const groups = new Map<string, string[]>()
  const entries = await readdir(ROOT, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const path = join(entry.parentPath, entry.name)
    const suffix = extname(entry.name).toLowerCase()
    const isText = suffix === '.txt' && !/^(source|license|readme)/i.test(entry.name)
    const isPart = PARTS.has(suffix)
    if (!isPart && suffix !== '.zip' && !isText) continue
    const key = relative(ROOT, isPart ? path.slice(0, -suffix.length) : path)
    groups.set(key, [...(groups.get(key) ?? []), path])
  }
  return groups
}

describe.runIf(existsSync(ROOT))('third-party surveys', async () => {
  const groups = existsSync(ROOT) ? await uploads() : new Map<string, string[]>()
  let work = ''
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'qidi-third-party-'))
  })
  afterAll(() => rm(work, { recursive: true, force: true }))

  it.each([...groups])('%s is read as GDAL reads it, or refused by name', async (key, paths) => {
    const files = paths.map((path) => ({ name: basename(path), path }))
    const read = await readUploads(files, join(work, key.replaceAll('/', '-')), COUNTY)
    expect(read.layers.length + read.refusedBy.length).toBeGreaterThan(0)
    const known = KNOWN[key]
    if (typeof known === 'string') expect(read.refusedBy).toContain(known)
    else if (known) expectLayer(read, known)
  })

  function expectLayer(read: ReadSurvey, known: Exclude<(typeof KNOWN)[string], string>): void {
    const layer = read.layers[0]!
    expect(layer.rows.length).toBe(known.rows)
    expect(layer.rows.filter(isBlocked).length).toBe(known.blocked ?? 0)
    if (known.encoding !== undefined) expect(layer.encoding?.encoding).toBe(known.encoding)
    if (known.crs !== undefined) expect(layer.crs.crs).toBe(known.crs)
  }

  it.runIf(groups.has('bad-pyshp/blockgroups_multishapefile.zip'))('finds both layers of a zip', async () => {
    const path = join(ROOT, 'bad-pyshp/blockgroups_multishapefile.zip')
    const read = await readUploads([{ name: 'two.zip', path }], join(work, 'two'), null)
    expect(read.layers.map(({ source, rows }) => [source.id, rows.length])).toEqual([
      ['blockgroups', 663],
      ['blockgroups2', 663],
    ])
  })
})
