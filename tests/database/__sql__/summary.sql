-- fromRollups
SELECT r.ledger, r.cause, r.status, r.town_code, sum(r.count)::int AS count, sum(r.area_m2)::float8 AS area_m2,
sum(r.without_area_count)::int AS without_area_count
FROM summary_rollups r WHERE r.ledger = ANY($1) AND r.cause = '' AND r.town_code = ANY($2) AND r.status <> 'removed' GROUP BY 1, 2, 3, 4;

-- fromParcels
SELECT set_config('jit', 'off', true);
SELECT p.ledger, coalesce(p.cause, '') AS cause, p.status, coalesce(p.town_code, '') AS town_code,
count(*)::int AS count, coalesce(sum(p.document_area_m2), 0)::float8 AS area_m2,
(count(*) - count(p.document_area_m2))::int AS without_area_count
FROM parcels p WHERE NOT p.is_withdrawn AND p.ledger = ANY($1) AND (p.town_code = ANY($2) OR p.town_code IS NULL) AND p.status <> 'removed' AND p.plan_year = $3 AND EXISTS (
SELECT 1 FROM parcel_search f
WHERE f.division_code = p.division_code AND f.parcel_id = p.id AND f.search_text ILIKE $4) AND p.document_area_m2 >= $5 GROUP BY p.ledger, p.cause, p.status, p.town_code;

-- towns
select "code", "name" from "towns" order by "sort" asc, "code" asc;
