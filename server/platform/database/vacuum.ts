import type { Knex } from 'knex'

/** Fresh statistics alone, for tables just filled: nothing is dead in them yet, and a vacuum would read them once more. */
export async function analyze(knex: Knex, tables: string[]): Promise<void> {
  await knex.raw(`ANALYZE ${tables.map(() => '??').join(', ')}`, tables)
}

/** Every table when none is named. Not inside a transaction: PostgreSQL refuses VACUUM there. */
export async function vacuumAnalyze(knex: Knex, tables: string[] = []): Promise<void> {
  const names = tables.map(() => '??').join(', ')
  await knex.raw(`VACUUM (ANALYZE) ${names}`, tables)
}
