/** The rival: the same tiles by ST_AsMVT, from a stored Web-Mercator column with its own index, as its users advise. */
import type { FastifyInstance } from 'fastify'
import type { Knex } from 'knex'
import { CAUSE_CLASS } from '../../server/contract/codes/ledger.ts'
import { compressTile } from '../../server/tiles/encode/compress.ts'
import type { TileVersions } from '../../server/tiles/versions.ts'

const classSql = Object.entries(CAUSE_CLASS)
  .flatMap(([ledger, classes]) =>
    Object.entries(classes).map(
      ([cause, causeClass]) => `WHEN ledger = '${ledger}' AND cause = '${cause}' THEN '${causeClass}'`,
    ),
  )
  .join(' ')

/** The same rows with everything it can have ready beside them: legend class, Web-Mercator shape and point, both indexed. */
export async function prepareRival(db: Knex): Promise<void> {
  await db.raw(`CREATE TABLE bench_rival AS
    SELECT p.*, CASE ${classSql} ELSE 'none' END AS cls, ST_Transform(geom, 3857) AS shape,
      ST_Transform(inner_point, 3857) AS point
    FROM parcels p`)
  await db.raw('CREATE INDEX ON bench_rival USING gist (shape)')
  await db.raw('CREATE INDEX ON bench_rival USING gist (point)')
  await db.raw('VACUUM ANALYZE bench_rival')
}

const WHERE = `NOT is_withdrawn AND status <> 'removed' AND current_division_code = '150623'`
const POLYGONS = `
  SELECT ST_AsMVT(t, 'parcels', 4096, 'g') AS mvt FROM (
    SELECT id, ledger, coalesce(cause, 'none') AS cause, status, cls,
      CASE WHEN position_quality = 'uncalibrated' THEN 1 END AS unc, CASE WHEN missing <> '{}' THEN 1 END AS missing,
      ST_AsMVTGeom(shape, e.tile, 4096, 64, true) AS g
    FROM bench_rival, (SELECT ST_TileEnvelope(?, ?, ?) AS tile, ST_TileEnvelope(?, ?, ?, margin => 64.0 / 4096) AS wide) e
    WHERE shape && e.wide AND ${WHERE}) t`
const LABELS = `
  SELECT ST_AsMVT(t, 'labels', 4096, 'g') AS mvt FROM (
    SELECT id, parcel_no AS no, name, ledger, status, cls, ST_AsMVTGeom(point, e.tile, 4096, 0, true) AS g
    FROM bench_rival, (SELECT ST_TileEnvelope(?, ?, ?) AS tile) e
    WHERE point && e.tile AND ${WHERE}) t`
const FIRST_LABEL_ZOOM = 13

export function rivalRoutes(app: FastifyInstance, db: Knex, versions: TileVersions): void {
  app.get<{ Params: { z: string; x: string; y: string } }>(
    '/bench/rival/:z/:x/:y.mvt',
    async (request, reply) => {
      const [z, x, y] = [Number(request.params.z), Number(request.params.x), Number(request.params.y)]
      const { epoch, version } = await versions.of({ z, x, y })
      const hasLabels = z >= FIRST_LABEL_ZOOM
      // In base64 like ours: as bytea it would reach Node as hexadecimal text, which takes longer to read.
      const tile = hasLabels ? `(${POLYGONS}) || (${LABELS})` : `(${POLYGONS})`
      const sql = `SELECT encode(${tile}, 'base64') AS mvt`
      const bindings = [z, x, y, z, x, y, ...(hasLabels ? [z, x, y] : [])]
      const result = await db.raw<{ rows: { mvt: string }[] }>(sql, bindings)
      reply.header('etag', `"${epoch}-${version}"`).header('cache-control', 'private, no-cache')
      reply.header('content-encoding', 'gzip').type('application/vnd.mapbox-vector-tile')
      return reply.send(await compressTile(Buffer.from(result.rows[0]!.mvt, 'base64')))
    },
  )
}
