import { resolve } from 'node:path'
import { CONFIG_VARIABLES, type ConfigVariableName } from './config-variables.ts'
import { parseBasemaps, type BasemapSource } from './config-basemaps.ts'
import {
  asDatabaseUrl,
  asDemoPassword,
  asDivisionCode,
  asHost,
  asPublicUrl,
  asText,
  asTrustProxy,
  oneOf,
  ValueRefused,
  wholeNumber,
} from './config-values.ts'

export interface Config {
  mode: 'live' | 'demo'
  port: number
  host: string
  /** Address people type; null until the server listens where nobody told. */
  publicUrl: string | null
  dataDir: string
  cacheDir: string
  databaseUrl: string | null
  databaseListenUrl: string | null
  databasePoolMax: number
  divisionCode: string
  countyFile: string | null
  demoPassword: string
  tiandituKey: string | null
  basemaps: BasemapSource[]
  uploadMaxBytes: number
  uploadMaxFiles: number
  unzippedMaxBytes: number
  stagingKeepMs: number
  sessionIdleMs: number
  sessionMaxMs: number
  rateLimitPerMinute: number
  trustProxy: boolean | string[]
  logLevel: LogLevel
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface ConfigFault {
  name: ConfigVariableName
  zh: string
  en: string
}

/** What is wrong with the environment, every variable at once, in both languages. */
export class ConfigError extends Error {
  readonly faults: ConfigFault[]

  constructor(faults: ConfigFault[]) {
    super(faults.map(({ name, zh, en }) => `${name}: ${zh}\n${' '.repeat(name.length)}  ${en}`).join('\n'))
    this.name = 'ConfigError'
    this.faults = faults
  }
}

type Environment = Record<string, string | undefined>

const DEFAULTS = new Map<string, string | null>(CONFIG_VARIABLES.map((entry) => [entry.name, entry.default]))
const SECRETS = new Set<string>(CONFIG_VARIABLES.filter((entry) => entry.isSecret).map((entry) => entry.name))

function reader(env: Environment) {
  const faults: ConfigFault[] = []
  const textOf = (name: ConfigVariableName): string | null => {
    const given = env[name]?.trim()
    return given === undefined || given === '' ? (DEFAULTS.get(name) ?? null) : given
  }
  function read<T>(name: ConfigVariableName, parse: (text: string) => T, fallback: T): T {
    const text = textOf(name)
    if (text === null) return fallback
    try {
      return parse(text)
    } catch (error) {
      if (!(error instanceof ValueRefused)) throw error
      const given = SECRETS.has(name) ? { zh: '', en: '' } : { zh: `“${text}”：`, en: `"${text}": ` }
      faults.push({ name, zh: given.zh + error.zh, en: given.en + error.en })
      return fallback
    }
  }
  return { read, faults }
}

const MB = 1024 * 1024
const HOUR_MS = 3_600_000

/** Reads and checks the environment; throws ConfigError naming every bad variable. */
export function loadConfig(env: Environment): Config {
  const { read, faults } = reader(env)
  const mode = read('QIDI_MODE', oneOf('live', 'demo'), 'live')
  const config: Config = {
    mode,
    port: read('PORT', wholeNumber(0, 65_535), 8080),
    host: read('HOST', asHost, mode === 'demo' ? '127.0.0.1' : '0.0.0.0'),
    publicUrl: read<string | null>('PUBLIC_URL', asPublicUrl, null),
    dataDir: resolve(read('DATA_DIR', asText, `.qidi/${mode}`)),
    cacheDir: resolve(read('CACHE_DIR', asText, '.cache')),
    databaseUrl: read<string | null>('DATABASE_URL', asDatabaseUrl, null),
    databaseListenUrl: read<string | null>('DATABASE_LISTEN_URL', asDatabaseUrl, null),
    databasePoolMax: read('DATABASE_POOL_MAX', wholeNumber(1, 200), 10),
    divisionCode: read('DIVISION_CODE', asDivisionCode, '150623'),
    countyFile: read<string | null>('COUNTY_FILE', (text) => resolve(text), null),
    demoPassword: read('DEMO_PASSWORD', asDemoPassword, 'qidi-demo'),
    tiandituKey: read<string | null>('TIANDITU_KEY', asText, null),
    basemaps: read<BasemapSource[]>('BASEMAPS', parseBasemaps, []),
    uploadMaxBytes: read('UPLOAD_MAX_MB', wholeNumber(1, 65_536), 1024) * MB,
    uploadMaxFiles: read('UPLOAD_MAX_FILES', wholeNumber(1, 1000), 40),
    unzippedMaxBytes: read('UNZIPPED_MAX_MB', wholeNumber(1, 1_048_576), 8192) * MB,
    stagingKeepMs: read('STAGING_KEEP_DAYS', wholeNumber(1, 3650), 7) * 24 * HOUR_MS,
    sessionIdleMs: read('SESSION_IDLE_HOURS', wholeNumber(1, 720), 12) * HOUR_MS,
    sessionMaxMs: read('SESSION_MAX_DAYS', wholeNumber(1, 90), 7) * 24 * HOUR_MS,
    rateLimitPerMinute: read('RATE_LIMIT_PER_MINUTE', wholeNumber(0, 10_000_000), 20_000),
    trustProxy: read('TRUST_PROXY', asTrustProxy, false),
    logLevel: read<LogLevel>('LOG_LEVEL', oneOf<LogLevel>(...LOG_LEVELS), mode === 'demo' ? 'warn' : 'info'),
  }
  if (faults.length > 0) throw new ConfigError(faults)
  return config
}

/** The configuration as it takes effect, by variable, with secrets and keys in addresses hidden. */
export function effectiveConfig(config: Config): Record<ConfigVariableName, string> {
  const hidden = (value: string | null): string => (value === null ? '' : '(set)')
  return {
    QIDI_MODE: config.mode,
    PORT: String(config.port),
    HOST: config.host,
    PUBLIC_URL: config.publicUrl ?? '',
    DATA_DIR: config.dataDir,
    CACHE_DIR: config.cacheDir,
    DATABASE_URL: hidden(config.databaseUrl),
    DATABASE_LISTEN_URL: hidden(config.databaseListenUrl),
    DATABASE_POOL_MAX: String(config.databasePoolMax),
    DIVISION_CODE: config.divisionCode,
    COUNTY_FILE: config.countyFile ?? '',
    DEMO_PASSWORD: config.mode === 'demo' ? hidden(config.demoPassword) : '',
    TIANDITU_KEY: hidden(config.tiandituKey),
    // Addresses of tile services often carry a key: the ids are enough.
    BASEMAPS: config.basemaps.map((source) => source.id).join(', '),
    UPLOAD_MAX_MB: String(config.uploadMaxBytes / MB),
    UPLOAD_MAX_FILES: String(config.uploadMaxFiles),
    UNZIPPED_MAX_MB: String(config.unzippedMaxBytes / MB),
    STAGING_KEEP_DAYS: String(config.stagingKeepMs / HOUR_MS / 24),
    SESSION_IDLE_HOURS: String(config.sessionIdleMs / HOUR_MS),
    SESSION_MAX_DAYS: String(config.sessionMaxMs / HOUR_MS / 24),
    RATE_LIMIT_PER_MINUTE: String(config.rateLimitPerMinute),
    TRUST_PROXY: String(config.trustProxy),
    LOG_LEVEL: config.logLevel,
  }
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/

export const isLoopbackHost = (host: string): boolean => LOOPBACK.test(host.replace(/^\[|\]$/g, ''))

/** People would send passwords in the clear: the server says so in the terminal and on the page. */
export function isPlainHttpBeyondLoopback(config: Pick<Config, 'host' | 'publicUrl'>): boolean {
  if (config.publicUrl === null) return !isLoopbackHost(config.host)
  const { protocol, hostname } = new URL(config.publicUrl)
  return protocol === 'http:' && !isLoopbackHost(hostname)
}

export const isPublicUrlSecure = ({ publicUrl }: Pick<Config, 'publicUrl'>): boolean =>
  publicUrl !== null && publicUrl.startsWith('https:')
