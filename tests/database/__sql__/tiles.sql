-- findDrawn, with labels
SELECT encode(string_agg(ST_AsBinary(p.geom, 'NDR') || ST_AsBinary(p.inner_point, 'NDR') || textsend(
concat_ws(E'\x1f', p.id, p.ledger, p.status, coalesce(p.cause, ''), p.position_quality, p.missing <> '{}', coalesce(p.parcel_no, ''), p.name)), '\x00'::bytea), 'base64') AS packed FROM parcels p WHERE p.geom && ST_MakeEnvelope($1, $2, $3, $4, 4490) AND NOT p.is_withdrawn AND p.status <> 'removed';

-- findDrawn, filtered
SELECT encode(string_agg(ST_AsBinary(p.geom, 'NDR') || textsend(
concat_ws(E'\x1f', p.id, p.ledger, p.status, coalesce(p.cause, ''), p.position_quality, p.missing <> '{}')), '\x00'::bytea), 'base64') AS packed FROM parcels p WHERE p.geom && ST_MakeEnvelope($1, $2, $3, $4, 4490) AND NOT p.is_withdrawn AND p.ledger = ANY($5) AND (p.town_code = ANY($6) OR p.town_code IS NULL) AND p.status <> 'removed' AND p.plan_year = $7 AND EXISTS (
SELECT 1 FROM parcel_search f
WHERE f.division_code = p.division_code AND f.parcel_id = p.id AND f.search_text ILIKE $8) AND p.document_area_m2 >= $9;

-- findCells
SELECT c.ledger, c.cause, c.x >> 0 AS x, c.y >> 0 AS y, sum(c.count)::int AS count,
sum(c.area_m2)::float8 AS area_m2, (sum(c.sum_x) / sum(c.count))::float8 AS mean_x,
(sum(c.sum_y) / sum(c.count))::float8 AS mean_y
FROM tile_cells c
WHERE c.level = $1 AND c.x BETWEEN $2 AND $3 AND c.y BETWEEN $4 AND $5 AND c.ledger = ANY($6) AND c.cause = '' AND c.town_code = ANY($7) AND c.status <> 'removed'
GROUP BY 1, 2, 3, 4;

-- groupCells
SELECT set_config('jit', 'off', true);
SELECT p.ledger, coalesce(p.cause, '') AS cause, p.cell_x >> 3 AS x, p.cell_y >> 3 AS y,
count(*)::int AS count, coalesce(sum(p.document_area_m2), 0)::float8 AS area_m2,
avg(ST_X(p.inner_point)) AS lon, avg(ST_Y(p.inner_point)) AS lat
FROM parcels p
WHERE p.cell_x BETWEEN $1 AND $2 AND p.cell_y BETWEEN $3 AND $4 AND p.geom && ST_MakeEnvelope($5, $6, $7, $8, 4490) AND NOT p.is_withdrawn AND p.ledger = ANY($9) AND (p.town_code = ANY($10) OR p.town_code IS NULL) AND p.status <> 'removed' AND p.plan_year = $11 AND EXISTS (
SELECT 1 FROM parcel_search f
WHERE f.division_code = p.division_code AND f.parcel_id = p.id AND f.search_text ILIKE $12) AND p.document_area_m2 >= $13
GROUP BY p.ledger, p.cause, 3, 4;
