import type { Knex } from 'knex'

/** Divisions with their outline, towns, and settings: small reference tables, the same on every shard. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE divisions (
      code text PRIMARY KEY CHECK (code ~ '^[0-9]{2,6}$'),
      name text NOT NULL,
      is_home boolean NOT NULL DEFAULT false,
      is_sketch boolean NOT NULL DEFAULT true,
      usual_srid integer,
      outline geometry(MultiPolygon, 4490),
      source text
    )`)
  await knex.raw(`
    CREATE TABLE towns (
      division_code text NOT NULL,
      code text NOT NULL CHECK (code ~ '^[0-9]{9}$'),
      name text NOT NULL,
      kind text NOT NULL DEFAULT 'town',
      aliases text[] NOT NULL DEFAULT '{}',
      sort integer NOT NULL DEFAULT 0,
      PRIMARY KEY (division_code, code)
    )`)
  await knex.raw(`
    CREATE TABLE settings (
      key text PRIMARY KEY,
      value jsonb NOT NULL,
      updated_at timestamptz NOT NULL,
      updated_by text NOT NULL
    )`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE settings')
  await knex.raw('DROP TABLE towns')
  await knex.raw('DROP TABLE divisions')
}
