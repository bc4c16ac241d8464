-- findPage, first
SELECT p.division_code, p.id, p.version, p.current_division_code, p.town_code, p.ledger, p.status, p.cause,
p.parcel_no, p.name, p.location, p.holder, p.planned_use, p.document_area_m2, p.projected_area_m2, p.ellipsoidal_area_m2,
p.position_quality, p.missing, p.updated_at, p.is_withdrawn, ST_X(p.inner_point) AS inner_lon, ST_Y(p.inner_point) AS inner_lat,
ST_XMin(p.geom) AS min_lon, ST_YMin(p.geom) AS min_lat, ST_XMax(p.geom) AS max_lon, ST_YMax(p.geom) AS max_lat, p.parcel_no AS sort_value FROM parcels p
WHERE NOT p.is_withdrawn AND p.status <> 'removed'
ORDER BY p.parcel_no asc, p.id asc LIMIT $1;

-- findPage, filtered, by area after a cursor
SELECT p.division_code, p.id, p.version, p.current_division_code, p.town_code, p.ledger, p.status, p.cause,
p.parcel_no, p.name, p.location, p.holder, p.planned_use, p.document_area_m2, p.projected_area_m2, p.ellipsoidal_area_m2,
p.position_quality, p.missing, p.updated_at, p.is_withdrawn, ST_X(p.inner_point) AS inner_lon, ST_Y(p.inner_point) AS inner_lat,
ST_XMin(p.geom) AS min_lon, ST_YMin(p.geom) AS min_lat, ST_XMax(p.geom) AS max_lon, ST_YMax(p.geom) AS max_lat, coalesce(p.document_area_m2, -1) AS sort_value FROM parcels p
WHERE NOT p.is_withdrawn AND p.ledger = ANY($1) AND (p.town_code = ANY($2) OR p.town_code IS NULL) AND p.status <> 'removed' AND p.plan_year = $3 AND EXISTS (
SELECT 1 FROM parcel_search f
WHERE f.division_code = p.division_code AND f.parcel_id = p.id AND f.search_text ILIKE $4) AND p.document_area_m2 >= $5 AND (coalesce(p.document_area_m2, -1), p.id) < ($6::numeric, $7)
ORDER BY coalesce(p.document_area_m2, -1) desc, p.id desc LIMIT $8;

-- countUpTo
SELECT count(*)::int AS count FROM (SELECT 1 FROM parcels p WHERE NOT p.is_withdrawn AND p.status <> 'removed' LIMIT $1) capped;

-- find
SELECT p.division_code, p.id, p.version, p.change_set_id, p.updated_at, p.created_at, p.geom_hash,
p.import_id, p.import_layer, p.import_row, p.parcel_no, p.name, p.town_code, p.location, p.boundary_east, p.boundary_south, p.boundary_west, p.boundary_north, p.document_area_m2, p.area_difference_reason, p.ownership, p.holder, p.parcel_code, p.real_estate_unit_no, p.certificate_no, p.supervision_no, p.planned_use, p.planned_use_system, p.current_use, p.in_park, p.cause, p.cause_detail, p.measure, p.plan_year, p.due_on, p.responsible_unit, p.responsible_person, p.responsible_phone, p.leader_owner, p.claimed_area_m2, p.claimed_on, p.recognized_area_m2, p.recognized_year, p.recognized_level, p.recognized_doc_no, p.recognized_on, p.remark, p.batch_name, p.approval_no, p.approval_authority, p.approved_on, p.approval_year, p.batch_type, p.approved_area_m2, p.supplied_area_m2, p.unsupplied_area_m2, p.revoked_area_m2, p.is_compensated, p.is_clear_site, p.conforms_to_plan, p.is_used_first, p.intended_project, p.intended_supply_mode, p.credit_code, p.supply_mode, p.contract_no, p.signed_on, p.supply_area_m2, p.price_fen, p.paid_price_fen, p.use_term_years, p.far_min, p.far_max, p.building_density_share, p.green_share, p.height_limit_m, p.agreed_handover_on, p.actual_handover_on, p.agreed_commencement_on, p.actual_commencement_on, p.agreed_completion_on, p.actual_completion_on, p.permit_no, p.total_investment_fen, p.invested_fen, p.due_development_area_m2, p.developed_area_m2, p.stopped_on, p.idle_kind, p.seizure_court, p.seizure_doc_no, p.seizure_until_on, p.current_division_code, p.ledger, p.status, p.projected_area_m2, p.ellipsoidal_area_m2, p.extra, p.missing, p.position_quality, p.datum_parameters, p.is_repaired, p.survey_srid, p.import_id, p.import_layer, p.import_row, p.is_withdrawn, ST_X(p.inner_point) AS inner_lon, ST_Y(p.inner_point) AS inner_lat,
ST_XMin(p.geom) AS min_lon, ST_YMin(p.geom) AS min_lat, ST_XMax(p.geom) AS max_lon, ST_YMax(p.geom) AS max_lat FROM parcels p WHERE p.division_code = $1 AND p.id = $2;

-- findAt
SELECT v.division_code, v.parcel_id AS id, v.version, v.change_set_id, v.recorded_from AS updated_at,
v.recorded_from AS created_at, v.geom_hash, a.parcel_no, a.name, a.town_code, a.location, a.boundary_east, a.boundary_south, a.boundary_west, a.boundary_north, a.document_area_m2, a.area_difference_reason, a.ownership, a.holder, a.parcel_code, a.real_estate_unit_no, a.certificate_no, a.supervision_no, a.planned_use, a.planned_use_system, a.current_use, a.in_park, a.cause, a.cause_detail, a.measure, a.plan_year, a.due_on, a.responsible_unit, a.responsible_person, a.responsible_phone, a.leader_owner, a.claimed_area_m2, a.claimed_on, a.recognized_area_m2, a.recognized_year, a.recognized_level, a.recognized_doc_no, a.recognized_on, a.remark, a.batch_name, a.approval_no, a.approval_authority, a.approved_on, a.approval_year, a.batch_type, a.approved_area_m2, a.supplied_area_m2, a.unsupplied_area_m2, a.revoked_area_m2, a.is_compensated, a.is_clear_site, a.conforms_to_plan, a.is_used_first, a.intended_project, a.intended_supply_mode, a.credit_code, a.supply_mode, a.contract_no, a.signed_on, a.supply_area_m2, a.price_fen, a.paid_price_fen, a.use_term_years, a.far_min, a.far_max, a.building_density_share, a.green_share, a.height_limit_m, a.agreed_handover_on, a.actual_handover_on, a.agreed_commencement_on, a.actual_commencement_on, a.agreed_completion_on, a.actual_completion_on, a.permit_no, a.total_investment_fen, a.invested_fen, a.due_development_area_m2, a.developed_area_m2, a.stopped_on, a.idle_kind, a.seizure_court, a.seizure_doc_no, a.seizure_until_on, a.current_division_code, a.ledger, a.status, a.projected_area_m2, a.ellipsoidal_area_m2, a.extra, a.missing, a.position_quality, a.datum_parameters, a.is_repaired, a.survey_srid, a.import_id, a.import_layer, a.import_row, a.is_withdrawn,
ST_X(g.inner_point) AS inner_lon, ST_Y(g.inner_point) AS inner_lat,
ST_XMin(g.geom) AS min_lon, ST_YMin(g.geom) AS min_lat, ST_XMax(g.geom) AS max_lon, ST_YMax(g.geom) AS max_lat
FROM parcel_versions v
CROSS JOIN LATERAL jsonb_populate_record(NULL::parcels, v.attributes) a
LEFT JOIN LATERAL (
(SELECT survey_geom, survey_original, geom, inner_point FROM parcels
WHERE division_code = v.division_code AND geom_hash = v.geom_hash LIMIT 1)
UNION ALL
(SELECT survey_geom, survey_original, geom, inner_point FROM parcel_geometries
WHERE division_code = v.division_code AND hash = v.geom_hash)
LIMIT 1) g ON true
WHERE v.division_code = $1 AND v.parcel_id = $2 AND v.recorded_from <= $3 AND (v.recorded_to IS NULL OR v.recorded_to > $4);

-- lock
SELECT 1 FROM parcels WHERE division_code = $1 AND id = $2 FOR UPDATE;

-- findGeometry
SELECT ST_AsBinary(geom, 'NDR') AS geom, ST_AsBinary(survey_geom, 'NDR') AS survey, survey_original AS original
FROM (
(SELECT survey_geom, survey_original, geom, inner_point FROM parcels
WHERE division_code = $1::text AND geom_hash = $2::text LIMIT 1)
UNION ALL
(SELECT survey_geom, survey_original, geom, inner_point FROM parcel_geometries
WHERE division_code = $3::text AND hash = $4::text)
LIMIT 1) g;

-- findVersions
SELECT v.version, v.change_set_id, v.recorded_from, v.attributes, v.geom_hash, v.is_withdrawn,
c.kind, c.actor_name, c.effective_on, c.reason, c.source
FROM parcel_versions v
JOIN change_sets c ON c.division_code = v.division_code AND c.id = v.change_set_id
WHERE v.division_code = $1 AND v.parcel_id = $2 ORDER BY v.version DESC LIMIT 500;

-- townNames
select "code", "name" from "towns";

-- findSource
SELECT c.actor_name, c.recorded_at, c.source FROM change_sets c
WHERE c.division_code = $1 AND c.kind = 'import' AND c.source->>'importId' = $2 LIMIT 1;

-- isNumberTaken
select "id" from "parcels" where "division_code" = $1 and "ledger" = $2 and "parcel_no" = $3 and "is_withdrawn" = $4 and not "status" = $5 and not "id" = $6 limit $7;
