/**
 * `npm run bench -- [--parcels 1000000] [--polygons 100000] [--only tiles|import]`: speed on native PostGIS, ours beside
 * others' in one run. Uses TEST_DATABASE_URL, or a private cluster of its own that it removes afterwards.
 */
import { parseArgs } from 'node:util'
import { systemActor } from '../../server/auth/permissions.ts'
import { createTestDatabase } from '../../tests/support/database.ts'
import stopPrivateCluster from '../../tests/support/native-cluster.ts'
import { fillParcels } from './fill.ts'
import { benchFreshness } from './freshness.ts'
import { benchImport } from './import.ts'
import { describeMachine } from './machine.ts'
import { benchActor, benchLatency, benchThroughput } from './tiles.ts'

function wholeNumber(name: string, text: string): number {
  const value = Number(text.replaceAll(/[_,]/g, ''))
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} is no whole number: ${text}`)
  return value
}

async function benchTiles(count: number): Promise<void> {
  const database = await createTestDatabase({ mode: 'native', poolMax: 8 })
  try {
    console.log(await describeMachine(database.knex))
    await fillParcels(database.knex, count)
    await database.vacuumAnalyze()
    const actor = benchActor(systemActor)
    await benchThroughput(database, actor)
    await benchLatency(database, actor)
    await benchFreshness(database, actor)
  } finally {
    await database.drop()
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      parcels: { type: 'string', default: '1000000' },
      polygons: { type: 'string', default: '100000' },
      only: { type: 'string' },
    },
  })
  const removeCluster = stopPrivateCluster()
  try {
    if (values.only !== 'import') await benchTiles(wholeNumber('parcels', values.parcels))
    if (values.only !== 'tiles') await benchImport(wholeNumber('polygons', values.polygons))
  } finally {
    await removeCluster()
  }
}

await main()
