import { rollbackAll } from '../../server/platform/database/migrations.ts'
import { withDevelopmentDatabase } from './development-database.ts'

/** Undoes every migration, and with them all data: only with --all, so that nobody does it by mistake. */
if (!process.argv.includes('--all')) {
  console.error('rollback undoes every migration and drops all data; say so with --all')
  process.exit(2)
}
await withDevelopmentDatabase(async (database) => {
  console.log(`Undone: ${(await rollbackAll(database.knex)).join(', ') || 'nothing'}`)
})
