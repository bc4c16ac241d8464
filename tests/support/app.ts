import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { ROLES, type Role } from '#contract/auth.ts'
import { buildApp, type AppDeps } from '../../server/app.ts'
import { DEMO_ACCOUNTS, seedDemoAccounts } from '../../server/auth/demo-accounts.ts'
import { fixedClock, type FixedClock } from '../../server/platform/clock.ts'
import { loadConfig, type Config } from '../../server/platform/config.ts'
import { countyEnv, FIRST_COUNTY, type TestCounty } from '../factories/counties.ts'
import { createTestDatabase, type TestDatabase, type TestMode } from './database.ts'

export const TEST_PASSWORD = 'a test only password'
/** 09:30 in Shanghai on 2024-06-03, a Monday. */
export const TEST_NOW = '2024-06-03T01:30:00.000Z'

/** Requests of one signed-in person: cookie and CSRF token come along. */
export interface SignedIn {
  cookie: string
  csrfToken: string
  userId: string
  inject(request: InjectOptions | string): Promise<LightMyRequestResponse>
}

export interface TestApp {
  app: FastifyInstance
  database: TestDatabase
  clock: FixedClock
  config: Config
  /** Signed in once a role, as the account named after it. */
  as(role: Role): Promise<SignedIn>
  signIn(name: string, password: string): Promise<SignedIn>
  /** Another server on the same database and files, as after a stop; whoever is signed in stays so. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface TestAppOptions {
  mode?: TestMode
  /** Where it is installed; 鄂托克前旗 by default. */
  county?: TestCounty
  now?: string
  /** Environment variables on top of the test's own. */
  env?: Record<string, string>
  logger?: AppDeps['logger']
  localToken?: string
  clientDir?: string
}

/** A test that moves the clock by hours would find its sessions ended. */
const RENEW_AFTER_MS = 3_600_000

function signedInFrom(app: () => FastifyInstance, response: LightMyRequestResponse): SignedIn {
  const { user, csrfToken } = response.json<{ user: { id: string }; csrfToken: string }>()
  const [found] = response.cookies
  if (!found) throw new Error('signing in set no cookie')
  const cookie = `${found.name}=${found.value}`
  return {
    cookie,
    csrfToken,
    userId: user.id,
    inject(request) {
      const given = typeof request === 'string' ? { url: request } : request
      return app().inject({ ...given, headers: { cookie, 'x-csrf-token': csrfToken, ...given.headers } })
    },
  }
}

/** The whole server on a database of its own, with an account for every role. */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = await createTestDatabase({ mode: options.mode })
  const clock = fixedClock(options.now ?? TEST_NOW)
  const config = loadConfig({
    QIDI_MODE: 'demo',
    DATA_DIR: database.dataDir,
    CACHE_DIR: database.cacheDir,
    DEMO_PASSWORD: TEST_PASSWORD,
    ...countyEnv(options.county ?? FIRST_COUNTY, database.dataDir),
    RATE_LIMIT_PER_MINUTE: '0',
    ...options.env,
  })
  const { logger, localToken, clientDir } = options
  const build = () => buildApp({ config, database, clock, logger, localToken, clientDir })
  let app = await build()
  const extra = ROLES.filter((role) => !DEMO_ACCOUNTS.some(({ name }) => name === role))
  await seedDemoAccounts(database.knex, TEST_PASSWORD, {
    divisionPrefix: config.divisionCode,
    now: clock.now(),
    accounts: [...DEMO_ACCOUNTS, ...extra.map((name) => ({ name, displayName: name }))],
  })
  await app.ready()

  async function signIn(name: string, password: string): Promise<SignedIn> {
    const response = await app.inject({ method: 'POST', url: '/api/session', payload: { name, password } })
    if (response.statusCode !== 201) throw new Error(`${name} cannot sign in: ${response.body}`)
    return signedInFrom(() => app, response)
  }
  const signedIn = new Map<Role, { session: Promise<SignedIn>; at: number }>()
  return {
    get app() {
      return app
    },
    database,
    clock,
    config,
    signIn,
    as(role) {
      const now = clock.now().getTime()
      const known = signedIn.get(role)
      if (known && now - known.at < RENEW_AFTER_MS) return known.session
      const session = signIn(role, TEST_PASSWORD)
      signedIn.set(role, { session, at: now })
      return session
    },
    async restart() {
      await app.close()
      app = await build()
      await app.ready()
    },
    async close() {
      await app.close()
      await database.drop()
    },
  }
}
