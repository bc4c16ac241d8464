import { migrate } from '../../server/platform/database/migrations.ts'
import { withDevelopmentDatabase } from './development-database.ts'

/** Brings DATABASE_URL, or the embedded database under DATA_DIR, up to date. */
await withDevelopmentDatabase(async (database) => {
  const names = await migrate(database.knex)
  console.log(names.length > 0 ? `Migrated: ${names.join(', ')}` : 'Nothing to migrate.')
})
