import type { Knex } from 'knex'

/**
 * Staging keeps what each row will be found by, made while it is read. Rows staged before have none: without staging an
 * import is read again from its kept file when the server starts. Same shapes in a file are found without an index.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('TRUNCATE import_rows, import_shapes, import_outcomes')
  await knex.raw('ALTER TABLE import_rows ADD COLUMN search_text text NOT NULL')
  await knex.raw('DROP INDEX import_shapes_hash')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('CREATE INDEX import_shapes_hash ON import_shapes (import_id, geom_hash)')
  await knex.raw('ALTER TABLE import_rows DROP COLUMN search_text')
}
