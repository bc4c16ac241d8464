import type { Knex } from 'knex'

/**
 * Imports, their issues, and the staging rows of the file under check.
 *
 * The staging tables are UNLOGGED: nothing in them is truth, crash recovery empties them and the job fills them
 * again from the kept file and the saved choices. Values, shapes and outcomes are apart: each step writes its own
 * table once, another mapping leaves the shapes alone and another CRS leaves the values alone.
 */
const STATEMENTS = [
  `CREATE TABLE imports (
      division_code text NOT NULL CHECK (division_code ~ '^[0-9]{6}$'),
      id text NOT NULL,
      status text NOT NULL CHECK (status IN ('uploaded', 'checking', 'needs_choice', 'ready', 'refused', 'committing',
        'committed', 'failed', 'undone')),
      run integer NOT NULL DEFAULT 1,
      version integer NOT NULL DEFAULT 1,
      ledger text CHECK (ledger IN ('approved_unsupplied', 'idle')),
      layer text,
      choices jsonb NOT NULL DEFAULT '{}',
      files jsonb NOT NULL DEFAULT '[]',
      layers jsonb NOT NULL DEFAULT '[]',
      detected jsonb NOT NULL DEFAULT '{}',
      mapping jsonb NOT NULL DEFAULT '[]',
      table_join jsonb,
      counts jsonb NOT NULL DEFAULT '{}',
      issue_counts jsonb NOT NULL DEFAULT '{}',
      extent jsonb,
      staged jsonb NOT NULL DEFAULT '{}',
      timings jsonb NOT NULL DEFAULT '{}',
      notice jsonb,
      problem jsonb,
      on_blocked text CHECK (on_blocked IN ('stop', 'leave_out')),
      report_file_id text,
      change_set_id text,
      undo_change_set_id text,
      job_id text,
      created_by text NOT NULL,
      created_by_name text NOT NULL,
      created_at timestamptz NOT NULL,
      checked_at timestamptz,
      committed_at timestamptz,
      undone_at timestamptz,
      PRIMARY KEY (division_code, id)
    )`,
  'CREATE INDEX imports_recent ON imports (division_code, created_at DESC, id DESC)',
  `CREATE UNLOGGED TABLE import_rows (
      division_code text NOT NULL,
      import_id text NOT NULL,
      row integer NOT NULL,
      ledger text NOT NULL,
      label text,
      column_values jsonb NOT NULL,
      extra jsonb NOT NULL,
      missing text[] NOT NULL,
      status text,
      parcel_no text,
      supervision_no text,
      parcel_code text,
      table_row integer,
      PRIMARY KEY (division_code, import_id, row)
    )`,
  `CREATE UNLOGGED TABLE import_shapes (
      division_code text NOT NULL,
      import_id text NOT NULL,
      row integer NOT NULL,
      survey_geom geometry NOT NULL,
      survey_original bytea,
      geom geometry(MultiPolygon, 4490) NOT NULL,
      projected_area_m2 double precision NOT NULL,
      ellipsoidal_area_m2 double precision NOT NULL,
      original_area_m2 double precision,
      geom_hash text NOT NULL,
      is_calibrated boolean NOT NULL,
      PRIMARY KEY (division_code, import_id, row)
    )`,
  'CREATE INDEX import_shapes_geom ON import_shapes USING gist (geom)',
  'CREATE INDEX import_shapes_hash ON import_shapes (import_id, geom_hash)',
  `CREATE UNLOGGED TABLE import_outcomes (
      division_code text NOT NULL,
      import_id text NOT NULL,
      row integer NOT NULL,
      outcome text NOT NULL CHECK (outcome IN ('new', 'changed', 'unchanged', 'blocked')),
      parcel_id text,
      parcel_version integer,
      matched_by text,
      status text NOT NULL,
      missing text[] NOT NULL,
      changes jsonb NOT NULL DEFAULT '[]',
      is_geometry_changed boolean NOT NULL,
      PRIMARY KEY (division_code, import_id, row)
    )`,
  'CREATE INDEX import_outcomes_parcel ON import_outcomes (import_id, parcel_id) WHERE parcel_id IS NOT NULL',
  // Matching looks cadastral codes up row by row.
  `CREATE INDEX parcels_parcel_code ON parcels (division_code, ledger, parcel_code) WHERE parcel_code IS NOT NULL`,
  `CREATE TABLE import_issues (
      division_code text NOT NULL,
      import_id text NOT NULL,
      seq bigint GENERATED ALWAYS AS IDENTITY,
      step text NOT NULL,
      row integer,
      field text,
      code text NOT NULL,
      severity text NOT NULL CHECK (severity IN ('error', 'warning', 'hint', 'note')),
      severity_rank smallint NOT NULL,
      value text,
      params jsonb NOT NULL DEFAULT '{}',
      lon double precision,
      lat double precision,
      x double precision,
      y double precision,
      other_row integer,
      other_parcel_id text,
      other_label text,
      area_m2 double precision,
      PRIMARY KEY (division_code, import_id, seq)
    )`,
  'CREATE INDEX import_issues_listed ON import_issues (division_code, import_id, severity_rank, coalesce(row, 0), seq)',
  `CREATE TABLE mapping_templates (
      division_code text NOT NULL,
      id text NOT NULL,
      name text NOT NULL,
      ledger text CHECK (ledger IN ('approved_unsupplied', 'idle')),
      mapping jsonb NOT NULL,
      column_key text NOT NULL,
      created_by text NOT NULL,
      created_by_name text NOT NULL,
      created_at timestamptz NOT NULL,
      PRIMARY KEY (division_code, id),
      UNIQUE (division_code, name)
    )`,
  'CREATE INDEX mapping_templates_columns ON mapping_templates (division_code, column_key)',
]

export async function up(knex: Knex): Promise<void> {
  for (const statement of STATEMENTS) await knex.raw(statement)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP INDEX parcels_parcel_code')
  for (const table of [
    'mapping_templates',
    'import_issues',
    'import_outcomes',
    'import_shapes',
    'import_rows',
    'imports',
  ]) {
    await knex.raw(`DROP TABLE ${table}`)
  }
}
