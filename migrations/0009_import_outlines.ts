import type { Knex } from 'knex'

/**
 * Outlines of a survey whose reference system waits for a person, in the survey's own coordinates: the page draws them
 * under each candidate. A sample, and UNLOGGED like the other staging tables.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE UNLOGGED TABLE import_outlines (
      division_code text NOT NULL,
      import_id text NOT NULL,
      row integer NOT NULL,
      wkb bytea NOT NULL,
      PRIMARY KEY (division_code, import_id, row)
    )`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE import_outlines')
}
