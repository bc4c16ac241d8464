-- hasCounty
select "code" from "divisions" where "code" = $1 and "is_home" = $2 and "outline" is not null limit $3;

-- findHome
SELECT code, name, is_sketch, usual_srid, ST_AsGeoJSON(outline, 6)::json AS outline,
CASE WHEN outline IS NULL THEN NULL ELSE
ARRAY[ST_XMin(outline), ST_YMin(outline), ST_XMax(outline), ST_YMax(outline)] END AS extent FROM divisions WHERE code = $1;

-- findNeighbours
SELECT code, name, is_sketch, usual_srid, ST_AsGeoJSON(outline, 6)::json AS outline,
CASE WHEN outline IS NULL THEN NULL ELSE
ARRAY[ST_XMin(outline), ST_YMin(outline), ST_XMax(outline), ST_YMax(outline)] END AS extent FROM divisions WHERE code <> $1 AND NOT is_home ORDER BY code;

-- findTowns
select "code", "name", "kind", "aliases" from "towns" where "division_code" = $1 order by "sort" asc;

-- saveUsualSrid
SELECT ST_X(ST_Centroid(outline)) AS lon FROM divisions WHERE code = $1;
