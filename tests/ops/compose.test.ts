import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { CONFIG_VARIABLES } from '../../server/platform/config-variables.ts'
import { effectiveConfig, loadConfig } from '../../server/platform/config.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

interface Service {
  image?: string
  environment?: Record<string, string | number>
  ports?: string[]
  volumes?: string[]
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string[] }
  user?: string
  read_only?: boolean
  networks?: string[]
}

interface Compose {
  services: Record<'secret' | 'database' | 'app' | 'proxy', Service>
  volumes: Record<string, unknown>
  networks: Record<string, { internal?: boolean } | null>
}

/** What compose makes of ${NAME:-default} in a value when nothing is set. */
const withDefaults = (_: unknown, value: unknown): unknown =>
  typeof value === 'string'
    ? value.replaceAll(/\$\{\w+(?::-([^}]*))?\}/g, (_all, text: string) => text ?? '')
    : value

const compose = parse(textOf('docker-compose.yml'), withDefaults) as Compose
const { secret, database, app, proxy } = compose.services

describe('the compose file', () => {
  it('starts each part when the one it needs is there', () => {
    expect(database.depends_on?.secret.condition).toBe('service_completed_successfully')
    expect(app.depends_on?.database.condition).toBe('service_healthy')
    expect(proxy.depends_on?.app.condition).toBe('service_healthy')
    for (const service of [database, proxy]) expect(service.healthcheck?.test[0]).toBe('CMD')
    expect(textOf('scripts/docker/Dockerfile')).toContain('/health/ready')
  })

  it('publishes the proxy only, and keeps the database off the way out', () => {
    expect(proxy.ports).toEqual(expect.arrayContaining(['80:80', '443:443']))
    for (const service of [secret, database, app]) expect(service.ports).toBeUndefined()
    expect(database.networks).toEqual(['inner'])
    expect(compose.networks.inner?.internal).toBe(true)
  })

  it('carries no password', () => {
    const environment = Object.values(compose.services).flatMap((service) =>
      Object.entries(service.environment ?? {}),
    )
    expect(environment.filter(([name]) => name.endsWith('PASSWORD'))).toEqual([])
    const { password } = new URL(String(app.environment?.DATABASE_URL))
    expect(password).toBe('')
  })

  it('gives the server an environment that it accepts, over https', () => {
    const environment = Object.entries(app.environment ?? {}).map(([name, value]) => [name, String(value)])
    const config = loadConfig({ DATA_DIR: '/data', ...Object.fromEntries(environment) })
    expect(config).toMatchObject({
      mode: 'live',
      host: '0.0.0.0',
      port: 8080,
      publicUrl: 'https://localhost',
      trustProxy: true,
    })
  })

  it('hands on every setting from .env, with the defaults of the server', () => {
    // What is the container's own: where it listens, where its volumes are, and that it is no demo.
    const own: string[] = [
      'QIDI_MODE',
      'PORT',
      'HOST',
      'PUBLIC_URL',
      'DATA_DIR',
      'CACHE_DIR',
      'DEMO_PASSWORD',
      'TRUST_PROXY',
    ]
    const handedOn = CONFIG_VARIABLES.map(({ name }) => name).filter((name) => !own.includes(name))
    const raw = parse(textOf('docker-compose.yml')) as Compose
    for (const name of handedOn)
      expect(String(raw.services.app.environment?.[name]), name).toContain(`\${${name}:-`)
    const given = Object.entries(app.environment ?? {}).map(([name, value]) => [name, String(value)])
    const [inDocker, alone] = [Object.fromEntries(given), {}].map((env): Record<string, string> =>
      effectiveConfig(loadConfig(env)),
    )
    for (const name of handedOn.filter((other) => other !== 'DATABASE_URL'))
      expect(inDocker[name], name).toBe(alone[name])
  })

  it('shows the server the files of the county at the path they have here', () => {
    expect(app.volumes).toContain('./data/county:/app/data/county:ro')
    expect(textOf('scripts/docker/Dockerfile')).toMatch(/^WORKDIR \/app$/m)
    expect(textOf('data/county/README.md')).toContain('COUNTY_FILE=data/county/')
  })

  it('gives the database more shared memory than one parallel query of it takes', () => {
    expect(parse(textOf('docker-compose.yml')).services.database.shm_size).toBe('256mb')
  })

  it('keeps everything that must last in named volumes', () => {
    const mounted = Object.values(compose.services).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => volume.split(':')[0]),
    )
    const named = mounted.filter((source) => !source.startsWith('.'))
    expect(Object.keys(compose.volumes).toSorted()).toEqual([...new Set(named)].toSorted())
    expect(database.volumes).toContain('database:/var/lib/postgresql/data')
    expect(app.volumes).toContain('data:/data')
    for (const source of mounted.filter((path) => path.startsWith('.')))
      expect(existsSync(join(ROOT, source))).toBe(true)
  })
})

describe('the image', () => {
  const stages = textOf('scripts/docker/Dockerfile').split(/^FROM /m)
  const last = stages.at(-1) as string

  it('runs compiled code as somebody without rights, with no development packages', () => {
    expect(last).toMatch(/^USER node$/m)
    expect(last).toContain('COPY --from=packages')
    expect(stages.find((stage) => stage.includes('AS packages'))).toContain('--omit=dev')
    expect(last).not.toMatch(/npm (ci|install)/)
  })

  it('copies only what there is', () => {
    const copied = [...textOf('scripts/docker/Dockerfile').matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(
      ([, from]) => from.split(' '),
    )
    expect(copied.length).toBeGreaterThan(8)
    for (const path of copied) expect(existsSync(join(ROOT, path)), path).toBe(true)
  })
})

describe.runIf(process.platform !== 'win32')('the secret of an installation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qidi-secret-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const make = (): string => {
    const { username, uid } = userInfo()
    const script = join(ROOT, 'scripts/docker/make-secret.sh')
    const { status, stderr } = spawnSync('/bin/sh', [script, folder, username, String(uid)], {
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    return readFileSync(join(folder, 'database-password'), 'utf8')
  }

  it('is made once, long, and read by its owners only', () => {
    const password = make()
    expect(password).toMatch(/^[0-9a-f]{48}$/)
    expect(make()).toBe(password)
    expect(readFileSync(join(folder, 'pgpass'), 'utf8')).toBe(`*:*:*:*:${password}\n`)
    for (const name of ['database-password', 'pgpass'])
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o400)
  })
})
