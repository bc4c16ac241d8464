import type { Knex } from 'knex'

/**
 * What parcels are found by stands in a table of its own, so that a large import need not wait for its trigram index:
 * the partition `parcel_search_waiting` has none, and rows move to `parcel_search_indexed` after the commit.
 *
 * Every index is paid for by every row of an import, so those that another can stand in for go: numbers are unique within
 * a ledger, so the unique index gives the ledger's order; the parcels of an import are the versions of its change set;
 * an event's key begins with its parcel; a past date takes most versions of a county anyway.
 *
 * Staging keeps the inner point it computes.
 */
const SEARCH_TEXT = `regexp_replace(concat_ws(' ', parcel_no, name, holder, location, approval_no, supervision_no),
  '([\\u2E80-\\uFFEF])', '\\1\\1', 'g')`

const LIVING = `WHERE NOT is_withdrawn AND status <> 'removed'`

const UP = [
  `CREATE TABLE parcel_search (
      division_code text NOT NULL,
      parcel_id text NOT NULL,
      is_indexed boolean NOT NULL,
      search_text text NOT NULL,
      PRIMARY KEY (division_code, parcel_id, is_indexed)
    ) PARTITION BY LIST (is_indexed)`,
  'CREATE TABLE parcel_search_indexed PARTITION OF parcel_search FOR VALUES IN (true)',
  'CREATE TABLE parcel_search_waiting PARTITION OF parcel_search FOR VALUES IN (false)',
  `INSERT INTO parcel_search (division_code, parcel_id, is_indexed, search_text)
     SELECT division_code, id, true, ${SEARCH_TEXT} FROM parcels`,
  'CREATE INDEX parcel_search_trigrams ON parcel_search_indexed USING gin (search_text gin_trgm_ops)',
  'DROP INDEX parcels_search',
  'ALTER TABLE parcels DROP COLUMN search_text',
  'DROP INDEX parcels_parcel_no_once',
  `CREATE UNIQUE INDEX parcels_parcel_no_once ON parcels (division_code, ledger, parcel_no) ${LIVING}`,
  'DROP INDEX parcels_ledger_no',
  // The few that were taken out: a survey may name one again.
  `CREATE INDEX parcels_removed ON parcels (division_code, ledger, parcel_no) WHERE status = 'removed'`,
  'DROP INDEX parcels_import',
  'DROP INDEX parcel_versions_recorded',
  'ALTER TABLE parcel_events DROP CONSTRAINT parcel_events_pkey',
  'DROP INDEX parcel_events_parcel',
  'ALTER TABLE parcel_events ADD PRIMARY KEY (division_code, parcel_id, id)',
  'ALTER TABLE import_shapes ADD COLUMN inner_point geometry(Point, 4490)',
]

const DOWN = [
  'ALTER TABLE parcel_events DROP CONSTRAINT parcel_events_pkey',
  'ALTER TABLE parcel_events ADD PRIMARY KEY (division_code, id)',
  'CREATE INDEX parcel_events_parcel ON parcel_events (division_code, parcel_id, recorded_at)',
  'CREATE INDEX parcel_versions_recorded ON parcel_versions (division_code, recorded_from, recorded_to)',
  'CREATE INDEX parcels_import ON parcels (division_code, import_id)',
  'ALTER TABLE import_shapes DROP COLUMN inner_point',
  'DROP INDEX parcels_removed',
  'CREATE INDEX parcels_ledger_no ON parcels (division_code, ledger, parcel_no, id)',
  'DROP INDEX parcels_parcel_no_once',
  `CREATE UNIQUE INDEX parcels_parcel_no_once ON parcels (division_code, ledger, parcel_no) ${LIVING} AND parcel_no IS NOT NULL`,
  `ALTER TABLE parcels ADD COLUMN search_text text GENERATED ALWAYS AS (
     regexp_replace(
       coalesce(parcel_no, '') || ' ' || coalesce(name, '') || ' ' || coalesce(holder, '') || ' ' ||
       coalesce(location, '') || ' ' || coalesce(approval_no, '') || ' ' || coalesce(supervision_no, ''),
       '([\\u2E80-\\uFFEF])', '\\1\\1', 'g')
   ) STORED`,
  'CREATE INDEX parcels_search ON parcels USING gin (search_text gin_trgm_ops) WITH (gin_pending_list_limit = 65536)',
  'DROP TABLE parcel_search',
]

export async function up(knex: Knex): Promise<void> {
  for (const statement of UP) await knex.raw(statement)
}

export async function down(knex: Knex): Promise<void> {
  for (const statement of DOWN) await knex.raw(statement)
}
