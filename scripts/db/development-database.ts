import { fileURLToPath } from 'node:url'
import { DatabaseError } from '../../server/platform/database/errors.ts'
import { openDatabase, type Database } from '../../server/platform/database/open.ts'

const inRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Opens what DATABASE_URL or DATA_DIR names, as the server would; a running embedded server refuses it in words. */
export async function withDevelopmentDatabase(work: (database: Database) => Promise<void>): Promise<void> {
  try {
    const database = await openDatabase({
      databaseUrl: process.env.DATABASE_URL || undefined,
      dataDir: process.env.DATA_DIR || inRoot('.qidi/live'),
      cacheDir: inRoot('.cache'),
      onProgress: ({ zh, en }) => console.log(`${zh}\n${en}`),
    })
    await work(database).finally(() => database.close())
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
