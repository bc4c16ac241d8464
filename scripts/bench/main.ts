/**
 * `npm run bench -- [COUNT]`: speed on native PostGIS with COUNT generated parcels (1,000,000), ours beside the rival's in
 * one run. Uses TEST_DATABASE_URL, or a private cluster of its own that it removes afterwards.
 */
import { parseArgs } from 'node:util'
import { systemActor } from '../../server/auth/permissions.ts'
import { createTestDatabase } from '../../tests/support/database.ts'
import stopPrivateCluster from '../../tests/support/native-cluster.ts'
import { fillParcels } from './fill.ts'
import { benchFreshness } from './freshness.ts'
import { describeMachine } from './machine.ts'
import { benchActor, benchLatency, benchThroughput } from './tiles.ts'

const COUNT_DEFAULT = 1_000_000

async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true })
  const count = positionals[0] === undefined ? COUNT_DEFAULT : Number(positionals[0])
  if (!Number.isInteger(count) || count < 1) throw new Error(`not a number of parcels: ${positionals[0]}`)
  const removeCluster = stopPrivateCluster()
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
    await removeCluster()
  }
}

await main()
