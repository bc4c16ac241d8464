import type { Knex } from 'knex'

/** Every table when none is named. Not inside a transaction: PostgreSQL refuses VACUUM there. */
export async function vacuumAnalyze(knex: Knex, tables: string[] = []): Promise<void> {
  const names = tables.map(() => '??').join(', ')
  await knex.raw(`VACUUM (ANALYZE) ${names}`, tables)
}
