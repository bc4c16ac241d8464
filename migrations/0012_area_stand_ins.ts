import type { Knex } from 'knex'

/** The field whose figure stands in for 文件面积 in a staged row that has none of its own. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE import_rows ADD COLUMN area_from text')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE import_rows DROP COLUMN area_from')
}
