import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Knex } from 'knex'
import { expect } from 'vitest'

const FOLDER = join(import.meta.dirname, '../database/__sql__')
/** What a transaction adds around every statement, the same each time. */
const FRAME = /^(BEGIN|COMMIT|ROLLBACK)\b/i

/** Calls of one repository by the name under which their statements are kept. */
export type RepositoryCalls = Record<string, (db: Knex) => Promise<unknown>>

/** One statement with its indentation gone, so that moving code about changes nothing. */
const normalised = (sql: string): string =>
  sql
    .split('\n')
    .map((line) => line.trim().replaceAll(/ +/g, ' '))
    .filter((line) => line !== '')
    .join('\n')

async function statementsOf(db: Knex, call: (db: Knex) => Promise<unknown>): Promise<string[]> {
  const statements: string[] = []
  const note = ({ sql }: { sql: string }): void => {
    if (!FRAME.test(sql.trim())) statements.push(`${normalised(sql)};`)
  }
  db.on('query', note)
  try {
    await call(db)
  } finally {
    db.removeListener('query', note)
  }
  return statements
}

/**
 * Compares what the calls send to the database with tests/database/__sql__/<name>.sql, so that a change of a query is
 * seen in review as the query it makes. `npm run test:bless` writes the files anew.
 */
export async function expectSql(db: Knex, name: string, calls: RepositoryCalls): Promise<void> {
  const parts: string[] = []
  for (const [label, call] of Object.entries(calls)) {
    const statements = await statementsOf(db, call)
    expect(statements, `${name}.${label} sends nothing`).not.toEqual([])
    parts.push(`-- ${label}\n${statements.join('\n')}\n`)
  }
  const text = parts.join('\n')
  const path = join(FOLDER, `${name}.sql`)
  if (process.env.QIDI_BLESS === '1') {
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(path, text)
  }
  expect(text, `if this is meant, npm run test:bless renews ${name}.sql`).toBe(
    // A checkout may have put the line ends of its system in.
    readFileSync(path, 'utf8').replaceAll('\r\n', '\n'),
  )
}
