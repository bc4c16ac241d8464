import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const MINUTE_MS = 60_000

interface Suite {
  timeoutMs?: number
  /** Files one after the other: they drive a browser or start whole servers. */
  isSerial?: boolean
  isScreen?: boolean
  setup?: string
}

const SUITES: Record<string, Suite> = {
  rules: {},
  formats: { timeoutMs: MINUTE_MS },
  data: { timeoutMs: 2 * MINUTE_MS },
  client: { isScreen: true },
  database: { timeoutMs: 2 * MINUTE_MS },
  api: { timeoutMs: 2 * MINUTE_MS },
  ops: { timeoutMs: 3 * MINUTE_MS, isSerial: true },
  e2e: { timeoutMs: 3 * MINUTE_MS, isSerial: true, setup: 'tests/support/story-page.ts' },
}

/** Third-party surveys are no part of the project: their tests run where QIDI_SURVEYS says they are. */
const THIRD_PARTY = [
  'tests/api/imports-pipeline-surveys.test.ts',
  'tests/formats/third-party-surveys.test.ts',
]

const project = (
  [name, { timeoutMs = 30_000, isSerial = false, isScreen = false, setup }]: [string, Suite],
  index: number,
): TestProjectInlineConfiguration => ({
  root: ROOT,
  plugins: isScreen ? [vue()] : [],
  test: {
    name,
    root: ROOT,
    include: [`tests/${name}/**/*.test.ts`],
    exclude: process.env.QIDI_SURVEYS ? [] : THIRD_PARTY,
    environment: isScreen ? 'happy-dom' : 'node',
    globalSetup: ['tests/support/native-cluster.ts', ...(setup ? [setup] : [])],
    testTimeout: timeoutMs,
    hookTimeout: 3 * MINUTE_MS,
    // What is waited for comes at the machine's own pace: the default of one second is a test by the clock.
    expect: { poll: { timeout: 30_000, interval: 100 } },
    pool: 'forks',
    fileParallelism: !isSerial,
    sequence: { groupOrder: isSerial ? index + 1 : 0 },
  },
})

export default defineConfig({
  root: ROOT,
  test: {
    projects: Object.entries(SUITES).map(project),
    maxWorkers: Math.min(4, availableParallelism()),
    passWithNoTests: true,
  },
})
