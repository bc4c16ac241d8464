import { spawnSync } from 'node:child_process'
import { hostname } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { JobCancelledError, openJobs, type Jobs, type NewJob } from '../../server/platform/jobs.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
const opened: Jobs[] = []

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => {
  await Promise.all(opened.map((jobs) => jobs.stop()))
  await database.drop()
})

const log = { info: () => {}, error: () => {} }
function jobsWith(
  kind: string,
  handler: (payload: { n: number }, attempt: number) => Promise<unknown>,
  isExclusive = false,
): Jobs {
  const jobs = openJobs({ db: database.knex, now: () => new Date(), log, isExclusive })
  jobs.register<{ n: number }>(kind, (context) => handler(context.payload, context.attempt))
  opened.push(jobs)
  return jobs
}
const enqueue = (
  jobs: Jobs,
  kind: string,
  n: number,
  rest: Pick<NewJob, 'maxAttempts' | 'isBackground'> = {},
) => jobs.enqueue(database.knex, { kind, payload: { n }, createdBy: 'test', ...rest })
const over = (jobs: Jobs, id: string) =>
  expect
    .poll(async () => (await jobs.find(id))?.status, { timeout: 20_000, interval: 30 })
    .toSatisfy((status) => ['done', 'failed', 'cancelled'].includes(String(status)))

describe('jobs', () => {
  it('run once each, however many servers look for work', async () => {
    const ran: number[] = []
    const servers = [1, 2, 3].map(() => jobsWith('once', async ({ n }) => ran.push(n)))
    const ids = await Promise.all(Array.from({ length: 9 }, (_, n) => enqueue(servers[0]!, 'once', n)))
    for (const jobs of servers) jobs.start()
    for (const id of ids) await over(servers[0]!, id)
    expect(ran.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('are tried again after a failure and say in the end why they failed', async () => {
    const attempts: number[] = []
    const jobs = jobsWith('faulty', async (_payload, attempt) => {
      attempts.push(attempt)
      throw new Error('示例故障')
    })
    const id = await enqueue(jobs, 'faulty', 1, { maxAttempts: 2 })
    jobs.start()
    await over(jobs, id)
    expect(attempts).toEqual([1, 2])
    expect(await jobs.find(id)).toMatchObject({ status: 'failed', error: '示例故障' })
  })

  it('that were cancelled while running end as cancelled, without another try', async () => {
    const jobs = jobsWith('cancelled', async () => {
      throw new JobCancelledError()
    })
    const id = await enqueue(jobs, 'cancelled', 1)
    jobs.start()
    await over(jobs, id)
    expect((await jobs.find(id))?.status).toBe('cancelled')
  })

  it('that can begin again give way to a stop at their next step, and no attempt is counted', async () => {
    const seen: number[] = []
    let begun = (): void => {}
    const hasBegun = new Promise<void>((resolve) => (begun = resolve))
    const first = openJobs({ db: database.knex, now: () => new Date(), log, isExclusive: false })
    first.register<{ n: number }>('giving-way', async (context) => {
      begun()
      for (;;) {
        context.checkStopping()
        await new Promise((resolve) => setImmediate(resolve))
      }
    })
    const id = await enqueue(first, 'giving-way', 1, { maxAttempts: 1 })
    first.start()
    await hasBegun
    await first.stop()
    expect((await first.find(id))?.status).toBe('queued')
    const second = jobsWith('giving-way', async (_payload, attempt) => seen.push(attempt))
    second.start()
    await over(second, id)
    expect([seen, (await second.find(id))?.status]).toEqual([[1], 'done'])
  })

  it('in the background wait until all others are done', async () => {
    const ran: number[] = []
    const jobs = jobsWith('in-turn', async ({ n }) => ran.push(n))
    const ids = [
      await enqueue(jobs, 'in-turn', 1, { isBackground: true }),
      await enqueue(jobs, 'in-turn', 2, { isBackground: true }),
      await enqueue(jobs, 'in-turn', 3),
      await enqueue(jobs, 'in-turn', 4),
    ]
    jobs.start()
    for (const id of ids) await over(jobs, id)
    // Two of the same millisecond have no order among themselves.
    const [urgent, background] = [ran.slice(0, 2), ran.slice(2)]
    expect([urgent.toSorted(), background.toSorted()]).toEqual([
      [3, 4],
      [1, 2],
    ])
  })

  it('in the background give way to one that comes while they run, and no attempt is counted', async () => {
    const ran: string[] = []
    let begun = (): void => {}
    const hasBegun = new Promise<void>((resolve) => (begun = resolve))
    let isUrgentDone = false
    const jobs = openJobs({ db: database.knex, now: () => new Date(), log, isExclusive: false })
    opened.push(jobs)
    jobs.register('patient', async (context) => {
      begun()
      while (!isUrgentDone) {
        context.checkStopping()
        await new Promise((resolve) => setImmediate(resolve))
      }
      ran.push(`patient, attempt ${context.attempt}`)
    })
    jobs.register('urgent', async () => {
      isUrgentDone = true
      ran.push('urgent')
    })
    const patient = await enqueue(jobs, 'patient', 1, { isBackground: true, maxAttempts: 1 })
    jobs.start()
    await hasBegun
    const urgent = await enqueue(jobs, 'urgent', 2)
    jobs.wake()
    await over(jobs, urgent)
    await over(jobs, patient)
    expect(ran).toEqual(['urgent', 'patient, attempt 1'])
    expect((await jobs.find(patient))?.status).toBe('done')
  })

  it('of a server of this machine that died are taken up at the next start, not after the lease', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    const jobs = jobsWith('orphan', async ({ n }) => n * 2)
    const id = await enqueue(jobs, 'orphan', 21)
    await database
      .knex('jobs')
      .where({ id })
      .update({
        status: 'running',
        worker: `${hostname()}|${dead}|earlier|x`,
        lease_until: new Date(Date.now() + 3_600_000),
      })
    jobs.start()
    await over(jobs, id)
    expect(await jobs.find(id)).toMatchObject({ status: 'done', result: 42 })
  })

  it('of a server elsewhere are left to it while its lease lasts', async () => {
    const jobs = jobsWith('elsewhere', async () => 'stolen')
    const id = await enqueue(jobs, 'elsewhere', 1)
    await database
      .knex('jobs')
      .where({ id })
      .update({
        status: 'running',
        worker: 'another-host|1|mark|x',
        lease_until: new Date(Date.now() + 3_600_000),
      })
    jobs.start()
    const other = await enqueue(jobs, 'elsewhere', 2)
    jobs.wake()
    await over(jobs, other)
    expect((await jobs.find(id))?.status).toBe('running')
  })
})
