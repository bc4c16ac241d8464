import type { Knex } from 'knex'

/**
 * A statement without just-in-time compilation: PostGIS functions have high costs, the planner therefore compiles, and
 * compiling takes longer than the statement. `set_config(…, true)` ends with the transaction, so it is safe behind PgBouncer.
 */
export const withoutJit = <T>(db: Knex, run: (trx: Knex.Transaction) => Promise<T>): Promise<T> =>
  db.transaction(async (trx) => {
    await trx.raw(`SELECT set_config('jit', 'off', true)`)
    return run(trx)
  })

/** One such statement; its rows. */
export const queryWithoutJit = <Row>(
  db: Knex,
  sql: string,
  bindings: readonly Knex.RawBinding[],
): Promise<Row[]> => withoutJit(db, async (trx) => (await trx.raw<{ rows: Row[] }>(sql, [...bindings])).rows)
