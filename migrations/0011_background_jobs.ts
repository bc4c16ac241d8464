import type { Knex } from 'knex'

/** Work nobody waits for (checks run again after a crash) lets everything else go first. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE jobs ADD COLUMN is_background boolean NOT NULL DEFAULT false')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE jobs DROP COLUMN is_background')
}
