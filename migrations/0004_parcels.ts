import type { Knex } from 'knex'

/**
 * Parcels, their versions and geometry history, change sets with the hash chain, and events.
 *
 * `survey_geom` in its own CRS is the truth, bit-exact; `geom` (EPSG:4490) is derived in the same write.
 * Every county table carries `division_code` and has it in its keys, so that the county can become a shard.
 */
const PARCELS = `
    CREATE TABLE parcels (
      division_code text NOT NULL CHECK (division_code ~ '^[0-9]{6}$'),
      id text NOT NULL,
      version integer NOT NULL CHECK (version >= 1),
      change_set_id text NOT NULL,
      current_division_code text NOT NULL CHECK (current_division_code ~ '^[0-9]{6}$'),
      ledger text NOT NULL CHECK (ledger IN ('approved_unsupplied', 'idle')),
      status text NOT NULL,
      parcel_no text NOT NULL,
      name text,
      town_code text,
      location text,
      boundary_north text,
      boundary_south text,
      boundary_east text,
      boundary_west text,
      document_area_m2 numeric(18,4),
      projected_area_m2 numeric(18,4),
      ellipsoidal_area_m2 numeric(18,4),
      area_difference_reason text,
      ownership text,
      holder text,
      parcel_code text,
      real_estate_unit_no text,
      certificate_no text,
      supervision_no text,
      planned_use text,
      planned_use_system text,
      current_use text,
      in_park boolean,
      cause text,
      cause_detail text,
      measure text,
      plan_year integer,
      due_on date,
      responsible_unit text,
      responsible_person text,
      responsible_phone text,
      leader_owner text,
      claimed_area_m2 numeric(18,4),
      claimed_on date,
      recognized_area_m2 numeric(18,4),
      recognized_year integer,
      recognized_level text,
      recognized_doc_no text,
      recognized_on date,
      remark text,
      batch_name text,
      approval_no text,
      approval_authority text,
      approved_on date,
      approval_year integer,
      batch_type text,
      approved_area_m2 numeric(18,4),
      supplied_area_m2 numeric(18,4),
      unsupplied_area_m2 numeric(18,4),
      revoked_area_m2 numeric(18,4),
      is_compensated boolean,
      is_clear_site boolean,
      conforms_to_plan boolean,
      is_used_first boolean,
      intended_project text,
      intended_supply_mode text,
      credit_code text,
      supply_mode text,
      contract_no text,
      signed_on date,
      supply_area_m2 numeric(18,4),
      price_fen bigint,
      paid_price_fen bigint,
      use_term_years numeric,
      far_min numeric,
      far_max numeric,
      building_density_share numeric,
      green_share numeric,
      height_limit_m numeric,
      agreed_handover_on date,
      actual_handover_on date,
      agreed_commencement_on date,
      actual_commencement_on date,
      agreed_completion_on date,
      actual_completion_on date,
      permit_no text,
      total_investment_fen bigint,
      invested_fen bigint,
      due_development_area_m2 numeric(18,4),
      developed_area_m2 numeric(18,4),
      stopped_on date,
      idle_kind text,
      seizure_court text,
      seizure_doc_no text,
      seizure_until_on date,
      extra jsonb NOT NULL DEFAULT '{}',
      missing text[] NOT NULL DEFAULT '{}',
      position_quality text NOT NULL DEFAULT 'surveyed' CHECK (position_quality IN ('surveyed', 'uncalibrated')),
      datum_parameters jsonb,
      is_repaired boolean NOT NULL DEFAULT false,
      survey_original bytea,
      survey_srid integer,
      survey_geom geometry,
      geom geometry(MultiPolygon, 4490),
      inner_point geometry(Point, 4490),
      cell_x integer,
      cell_y integer,
      geom_hash text,
      import_id text,
      import_layer text,
      import_row integer,
      is_withdrawn boolean NOT NULL DEFAULT false,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL,
      search_text text GENERATED ALWAYS AS (
        regexp_replace(
          coalesce(parcel_no, '') || ' ' || coalesce(name, '') || ' ' || coalesce(holder, '') || ' ' ||
          coalesce(location, '') || ' ' || coalesce(approval_no, '') || ' ' || coalesce(supervision_no, ''),
          '([\\u2E80-\\uFFEF])', '\\1\\1', 'g')
      ) STORED,
      PRIMARY KEY (division_code, id)
    )`

const PARCEL_CHECKS = [
  `ALTER TABLE parcels ADD CONSTRAINT parcels_status_known CHECK (status IN ('draft', 'registered', 'verified', 'suspected',
     'investigating', 'not_idle', 'determined', 'analyzed', 'plan_drafted', 'plan_approved', 'executing', 'completed',
     'reported', 'recognized', 'rejected', 'recognition_revoked', 'removed'))`,
  `ALTER TABLE parcels ADD CONSTRAINT parcels_cause_of_ledger CHECK (cause IS NULL
     OR (ledger = 'idle' AND cause IN ('government', 'force_majeure', 'enterprise', 'judicial', 'preliminary_works', 'mixed', 'other'))
     OR (ledger = 'approved_unsupplied' AND cause IN ('no_project', 'no_condition_relocation', 'no_condition_infra',
       'no_condition_other', 'policy_change', 'public_infra_no_procedure', 'non_separable', 'used_before_supply', 'other')))`,
  `ALTER TABLE parcels ADD CONSTRAINT parcels_geom_valid CHECK (geom IS NULL OR ST_IsValid(geom))`,
]

const PARCEL_INDEXES = [
  'CREATE INDEX parcels_geom ON parcels USING gist (geom)',
  // A bulk insert fills the pending list (kB); the vacuum after an import moves it into the index in one go.
  'CREATE INDEX parcels_search ON parcels USING gin (search_text gin_trgm_ops) WITH (gin_pending_list_limit = 65536)',
  'CREATE INDEX parcels_change_set ON parcels (division_code, change_set_id)',
  'CREATE INDEX parcels_import ON parcels (division_code, import_id)',
  'CREATE INDEX parcels_geom_hash ON parcels (division_code, geom_hash)',
  'CREATE INDEX parcels_ledger_no ON parcels (division_code, ledger, parcel_no, id)',
  'CREATE INDEX parcels_updated ON parcels (division_code, updated_at, id)',
  `CREATE UNIQUE INDEX parcels_parcel_no_once ON parcels (division_code, ledger, parcel_no)
     WHERE parcel_no IS NOT NULL AND NOT is_withdrawn AND status <> 'removed'`,
  `CREATE UNIQUE INDEX parcels_supervision_no_once ON parcels (division_code, ledger, supervision_no)
     WHERE supervision_no IS NOT NULL AND NOT is_withdrawn AND status <> 'removed'`,
]

const HISTORY = [
  `CREATE TABLE change_sets (
      division_code text NOT NULL,
      id text NOT NULL,
      seq bigint NOT NULL,
      kind text NOT NULL,
      actor_id text NOT NULL,
      actor_name text NOT NULL,
      recorded_at timestamptz NOT NULL,
      effective_on date NOT NULL,
      reason text,
      source jsonb NOT NULL DEFAULT '{}',
      parcel_count integer NOT NULL,
      content_hash text NOT NULL,
      prev_hash text NOT NULL,
      hash text NOT NULL,
      PRIMARY KEY (division_code, id),
      UNIQUE (division_code, seq)
    )`,
  `CREATE INDEX change_sets_import ON change_sets (division_code, (source->>'importId')) WHERE kind = 'import'`,
  `CREATE TABLE chain_heads (
      division_code text PRIMARY KEY,
      seq bigint NOT NULL,
      hash text NOT NULL
    )`,
  `CREATE TABLE parcel_geometries (
      division_code text NOT NULL,
      hash text NOT NULL,
      survey_srid integer,
      survey_geom geometry,
      survey_original bytea,
      geom geometry(MultiPolygon, 4490),
      inner_point geometry(Point, 4490),
      PRIMARY KEY (division_code, hash)
    )`,
  `CREATE TABLE parcel_versions (
      division_code text NOT NULL,
      parcel_id text NOT NULL,
      version integer NOT NULL,
      change_set_id text NOT NULL,
      recorded_from timestamptz NOT NULL,
      recorded_to timestamptz,
      current_division_code text NOT NULL,
      town_code text,
      ledger text NOT NULL,
      cause text,
      status text NOT NULL,
      document_area_m2 numeric(18,4),
      is_withdrawn boolean NOT NULL,
      cell_x integer,
      cell_y integer,
      tile_min_x integer,
      tile_min_y integer,
      tile_max_x integer,
      tile_max_y integer,
      attributes jsonb NOT NULL,
      row_hash text NOT NULL,
      geom_hash text,
      PRIMARY KEY (division_code, parcel_id, version)
    )`,
  'CREATE INDEX parcel_versions_change_set ON parcel_versions (division_code, change_set_id)',
  'CREATE INDEX parcel_versions_recorded ON parcel_versions (division_code, recorded_from, recorded_to)',
  `CREATE TABLE parcel_events (
      division_code text NOT NULL,
      id text NOT NULL,
      parcel_id text NOT NULL,
      change_set_id text NOT NULL,
      kind text NOT NULL,
      from_status text,
      to_status text,
      effective_on date NOT NULL,
      recorded_at timestamptz NOT NULL,
      actor_id text NOT NULL,
      role text,
      document_ids text[] NOT NULL DEFAULT '{}',
      note text,
      PRIMARY KEY (division_code, id)
    )`,
  'CREATE INDEX parcel_events_parcel ON parcel_events (division_code, parcel_id, recorded_at)',
  `CREATE TABLE number_series (
      division_code text NOT NULL,
      series text NOT NULL,
      last_number integer NOT NULL,
      PRIMARY KEY (division_code, series)
    )`,
]

/** History is append-only: the one change allowed is closing a version's open end (recorded_to). */
const GUARDS = [
  `CREATE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'history is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$`,
  `CREATE FUNCTION guard_version_close() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.recorded_to IS NULL AND NEW.recorded_to IS NOT NULL
         AND to_jsonb(OLD) - 'recorded_to' = to_jsonb(NEW) - 'recorded_to' THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION 'history is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$`,
  `CREATE TRIGGER change_sets_append_only BEFORE UPDATE OR DELETE ON change_sets
     FOR EACH ROW EXECUTE FUNCTION refuse_history_change()`,
  `CREATE TRIGGER parcel_events_append_only BEFORE UPDATE OR DELETE ON parcel_events
     FOR EACH ROW EXECUTE FUNCTION refuse_history_change()`,
  `CREATE TRIGGER parcel_geometries_append_only BEFORE UPDATE OR DELETE ON parcel_geometries
     FOR EACH ROW EXECUTE FUNCTION refuse_history_change()`,
  `CREATE TRIGGER parcel_versions_no_delete BEFORE DELETE ON parcel_versions
     FOR EACH ROW EXECUTE FUNCTION refuse_history_change()`,
  `CREATE TRIGGER parcel_versions_close_only BEFORE UPDATE ON parcel_versions
     FOR EACH ROW EXECUTE FUNCTION guard_version_close()`,
]

export async function up(knex: Knex): Promise<void> {
  for (const statement of [PARCELS, ...PARCEL_CHECKS, ...PARCEL_INDEXES, ...HISTORY, ...GUARDS]) {
    // knex reads ? as a binding; the statements carry none
    await knex.raw(statement)
  }
}

export async function down(knex: Knex): Promise<void> {
  for (const table of [
    'number_series',
    'parcel_events',
    'parcel_versions',
    'parcel_geometries',
    'chain_heads',
    'change_sets',
    'parcels',
  ]) {
    await knex.raw(`DROP TABLE ${table}`)
  }
  await knex.raw('DROP FUNCTION guard_version_close()')
  await knex.raw('DROP FUNCTION refuse_history_change()')
}
