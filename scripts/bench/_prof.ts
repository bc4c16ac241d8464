import { openDatabase } from '../../server/platform/database/open.ts'
import { systemActor } from '../../server/auth/permissions.ts'
import { tileRepository } from '../../server/tiles/repository.ts'
import { parcelsLayer } from '../../server/tiles/layers/parcels.ts'
import { labelsLayer } from '../../server/tiles/layers/labels.ts'
import { placePolygon } from '../../server/tiles/encode/polygon.ts'
import { ByteWriter } from '../../server/tiles/encode/byte-writer.ts'
import { parcelFilterSql } from '../../server/parcels/filter.ts'
import { worldX, worldY } from '../../server/tiles/mercator.ts'
import { gzipSync } from 'node:zlib'
import { promisify } from 'node:util'; import { gzip } from 'node:zlib'
const gz = promisify(gzip)
const db = await openDatabase({ databaseUrl: `postgresql://qidi@127.0.0.1:55991/small`, dataDir: '/tmp/tbd', cacheDir: '/tmp/tbc' })
const z = Number(process.argv[2])
const pts = (await db.knex.raw('select st_x(inner_point) lon, st_y(inner_point) lat from parcels tablesample system(20) repeatable(1) limit 50000')).rows
const names = [...new Set(pts.map((p: any) => `${Math.floor(worldX(p.lon)*2**z)}/${Math.floor(worldY(p.lat)*2**z)}`))].slice(0, 400) as string[]
const repo = tileRepository(db.knex)
const f = parcelFilterSql({}, 'p')
const where = { sql: `${f.sql} AND p.current_division_code = ?`, bindings: [...f.bindings, '150623'] }
let t = { db: 0, place: 0, enc: 0, gz: 0, rows: 0, n: 0 }
for (let pass = 0; pass < 3; pass++) {
  t = { db: 0, place: 0, enc: 0, gz: 0, rows: 0, n: 0 }
  for (const name of names) {
    const [x, y] = name.split('/').map(Number) as [number, number]
    const tile = { z, x, y }
    let a = performance.now()
    const rows = await repo.findLabelledParcels(tile, where)
    let b = performance.now(); t.db += b - a; a = b
    for (const r of rows) placePolygon(r.wkb, tile)
    b = performance.now(); t.place += b - a; a = b
    const w = new ByteWriter(); parcelsLayer(tile, rows).appendTo(w); if (z >= 13) labelsLayer(tile, rows).appendTo(w)
    b = performance.now(); t.enc += b - a; a = b
    await gz(w.bytes(), { level: 4 })
    b = performance.now(); t.gz += b - a; t.rows += rows.length; t.n++
  }
}
const per = (v: number) => (v / t.n).toFixed(3)
console.log(`z${z}`, 'db', per(t.db), 'place', per(t.place), 'layers(incl place)', per(t.enc), 'gzip', per(t.gz), 'rows', (t.rows / t.n).toFixed(1), 'us/row db', (t.db*1000/t.rows).toFixed(1), 'place', (t.place*1000/t.rows).toFixed(1), 'enc', (t.enc*1000/t.rows).toFixed(1))
await db.close()
