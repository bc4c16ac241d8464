import { openDatabase } from '../../server/platform/database/open.ts'

/** A process of its own for the tests of the embedded database: `hold` opens and waits, `insert` writes until killed. */
const [task, dataDir, cacheDir] = process.argv.slice(2)
const say = (line: string): boolean => process.stdout.write(`${line}\n`)

try {
  const database = await openDatabase({ dataDir, cacheDir })
  say('open')
  if (task === 'insert') {
    await database.knex.raw('CREATE TABLE IF NOT EXISTS written (id bigint PRIMARY KEY, body text NOT NULL)')
    const [{ last }] = await database.knex('written').max('id as last')
    for (let id = Number(last ?? 0) + 1; ; id += 1) {
      await database.knex.transaction(async (trx) => {
        await trx('written').insert({ id, body: 'x'.repeat(2000) })
        await trx('written').insert({ id: -id, body: 'same transaction' })
      })
      say(`written ${id}`)
    }
  }
  process.on('SIGTERM', () => void database.close().then(() => process.exit(0)))
  setInterval(() => undefined, 1000)
} catch (error) {
  say(`refused ${JSON.stringify(error instanceof Error ? error.message : String(error))}`)
  process.exit(3)
}
