import { execFile, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { lockDirectory, type DirectoryLock } from '../../server/platform/database/directory-lock.ts'

const run = promisify(execFile)

/** Where this test run keeps its cluster, and the process whose end is the end of the run. */
const RUN_DIRECTORY = 'QIDI_TEST_RUN_DIRECTORY'
const RUN_PROCESS = 'QIDI_TEST_RUN_PROCESS'
const LEAST_MAJOR = 15

export interface PostgresBinaries {
  directory: string
  major: number
}

/** PostgreSQL 15 or later with PostGIS on this machine, the newest first; null when there is none. */
export function findPostgresBinaries(): PostgresBinaries | null {
  const found = candidateFolders().flatMap((directory) => {
    const version = spawnSync(join(directory, 'postgres'), ['--version'], { encoding: 'utf8' }).stdout ?? ''
    const major = Number(/ (\d+)/.exec(version)?.[1] ?? 0)
    const complete = ['initdb', 'pg_ctl'].every((name) => existsSync(join(directory, name)))
    return complete && major >= LEAST_MAJOR && hasPostgis(directory, major) ? [{ directory, major }] : []
  })
  return found.sort((a, b) => b.major - a.major)[0] ?? null
}

function candidateFolders(): string[] {
  const onPath = (process.env.PATH ?? '').split(':')
  const packaged = ['/usr/lib/postgresql', '/usr/local/opt', '/opt/homebrew/opt', '/usr'].flatMap((parent) =>
    (existsSync(parent) ? readdirSync(parent) : [])
      .filter((name) => /^(\d+$|postgresql|pgsql-)/.test(name))
      .map((name) => join(parent, name, 'bin')),
  )
  return [...new Set([...packaged, ...onPath])].filter(
    (folder) => folder && existsSync(join(folder, 'postgres')),
  )
}

function hasPostgis(directory: string, major: number): boolean {
  const config = spawnSync(join(directory, 'pg_config'), ['--sharedir'], { encoding: 'utf8' })
  const folders = [config.stdout?.trim() ?? '', `/usr/share/postgresql/${major}`, join(directory, '../share')]
  return folders.some((folder) => folder && existsSync(join(folder, 'extension/postgis.control')))
}

/** Vitest's globalSetup: the cluster itself is started by the first test that wants it. */
export default function setup(): () => Promise<void> {
  const directory = runDirectory()
  return () => stopCluster(directory)
}

/** One folder a run, shared by its workers through the environment they inherit. */
export function runDirectory(): string {
  const known = process.env[RUN_DIRECTORY]
  if (known && existsSync(known)) return known
  const directory = mkdtempSync(join(tmpdir(), 'qidi-test-'))
  process.env[RUN_DIRECTORY] = directory
  process.env[RUN_PROCESS] = String(process.pid)
  // With a server inside, whoever stops the server removes it.
  process.once('exit', () => {
    if (!existsSync(join(directory, 'native'))) rmSync(directory, { recursive: true, force: true })
  })
  return directory
}

/** Waits for its turn; the lock dies with its holder. */
export async function withRunLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const directory = join(runDirectory(), name)
  mkdirSync(directory, { recursive: true })
  let lock: DirectoryLock | null = null
  while (!lock) {
    lock = await lockDirectory(directory).catch(() => null)
    if (!lock) await sleep(50)
  }
  return work().finally(() => lock.release())
}

/** The address of a server in which this run may make and drop databases. */
export async function nativeServerUrl(): Promise<string> {
  if (process.env.TEST_DATABASE_URL) return process.env.TEST_DATABASE_URL
  return withRunLock('starting', async () => {
    const addressFile = join(runDirectory(), 'address')
    if (!existsSync(addressFile))
      writeFileSync(addressFile, await startCluster(runDirectory()), { mode: 0o600 })
    return readFileSync(addressFile, 'utf8')
  })
}

async function startCluster(directory: string): Promise<string> {
  const binaries = findPostgresBinaries()
  if (!binaries)
    throw new Error('no PostgreSQL 15+ with PostGIS on this machine, and TEST_DATABASE_URL is not set')
  const owner = clusterOwner()
  const home = join(directory, 'native')
  const passwordFile = join(home, 'password')
  const password = randomBytes(12).toString('hex')
  mkdirSync(home, { recursive: true })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (owner) for (const path of [directory, home, passwordFile]) chownSync(path, owner.uid, owner.gid)
  const port = await freePort()
  const options = { cwd: home, ...owner }
  const cluster = join(home, 'cluster')
  await run(join(binaries.directory, 'initdb'), initdbArguments(cluster, passwordFile), options)
  const start = ['-D', cluster, '-l', join(home, 'log'), '-o', serverOptions(port), '-w', '-s', 'start']
  await pgCtl(join(binaries.directory, 'pg_ctl'), start, options)
  stopWhenRunEnds(cluster, directory)
  return `postgresql://qidi:${password}@127.0.0.1:${port}/postgres`
}

function initdbArguments(cluster: string, passwordFile: string): string[] {
  const locale = process.platform === 'linux' ? 'C.UTF-8' : 'en_US.UTF-8'
  // Letters as in UTF-8, order by code point: what the compose file sets up as well.
  const access = ['-U', 'qidi', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`]
  return ['-D', cluster, ...access, '-E', 'UTF8', `--locale=${locale}`, '--lc-collate=C', '--no-sync']
}

/** Loopback only, nothing that makes test data survive a power cut, and memory as the compose file gives it. */
const serverOptions = (port: number): string =>
  [
    `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200`,
    '-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c max_wal_size=4GB',
    '-c shared_buffers=512MB -c work_mem=16MB',
  ].join(' ')

/** The server keeps the standard streams it is given: with pipes pg_ctl would seem never to end. */
function pgCtl(
  command: string,
  args: string[],
  options: { cwd: string; uid?: number; gid?: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: 'ignore' })
    child.once('error', reject)
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`pg_ctl ended with ${code}`))))
  })
}

/** PostgreSQL refuses to run as root: an unprivileged account of the machine takes its place. */
function clusterOwner(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error(
    'running as root, and there is neither a postgres nor a nobody account to run PostgreSQL as',
  )
}

/** Port 0 is not for PostgreSQL; the gap between finding and using one is short. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

const pidOf = (cluster: string): number | null => {
  const file = join(cluster, 'postmaster.pid')
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : null
}

/** A run that is killed has no teardown: a shell watches it and takes the server along. */
function stopWhenRunEnds(cluster: string, directory: string): void {
  const script = [
    'while kill -0 "$0" 2>/dev/null; do sleep 1; done',
    'test -f "$1/postmaster.pid" && kill -QUIT "$(head -n 1 "$1/postmaster.pid")" && sleep 1',
    'rm -rf "$2"',
  ].join('; ')
  const args = ['-c', script, process.env[RUN_PROCESS] ?? String(process.pid), cluster, directory]
  spawn('/bin/sh', args, { detached: true, stdio: 'ignore' }).unref()
}

async function stopCluster(directory: string): Promise<void> {
  const cluster = join(directory, 'native/cluster')
  const pid = pidOf(cluster)
  if (pid) process.kill(pid, 'SIGINT')
  for (let waited = 0; pidOf(cluster) && waited < 10_000; waited += 50) await sleep(50)
  rmSync(directory, { recursive: true, force: true })
}
