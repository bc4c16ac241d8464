import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createConnection, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const dataDir = mkdtempSync(join(tmpdir(), 'qidi-start-'))
const running = new Set<ChildProcess>()

afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(dataDir, { recursive: true, force: true })
})

interface Started {
  child: ChildProcess
  output: () => string
  exited: Promise<number | null>
}

function start(env: Record<string, string>): Started {
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATA_DIR: dataDir,
      PORT: '0',
      HOST: '127.0.0.1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let text = ''
  child.stdout!.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr!.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      running.delete(child)
      resolve(code)
    })
  })
  return { child, output: () => text, exited }
}

async function readyUrl({ output, exited }: Started): Promise<string> {
  let isOver = false
  void exited.then(() => (isOver = true))
  for (;;) {
    const url = /^Qidi ready at (\S+)$/m.exec(output())?.[1]
    if (url) return url
    if (isOver) throw new Error(output())
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('the server', () => {
  it('says where it is and what to do first, and stops in good order', async () => {
    const server = start({})
    const url = await readyUrl(server)
    await expect.poll(server.output).toMatch(/\n {2}([a-z2-9]{5}-){3}[a-z2-9]{5}\n/)
    const file = JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8'))
    expect(file).toMatchObject({ url, pid: server.child.pid })
    expect(statSync(join(dataDir, 'server.json')).mode & 0o777).toBe(0o600)
    const session = await fetch(`${url}/api/session`, { headers: { authorization: `Bearer ${file.token}` } })
    expect(await session.json()).toMatchObject({ user: { id: 'local' } })
    expect(await (await fetch(`${url}/api/auth-state`)).json()).toMatchObject({ setupRequired: true })
    const idle = createConnection(Number(new URL(url).port), '127.0.0.1').on('error', () => {})
    server.child.kill('SIGTERM')
    expect(await server.exited, server.output()).toBe(0)
    idle.destroy()
    expect(existsSync(join(dataDir, 'server.json'))).toBe(false)
    expect(server.output()).not.toContain(file.token)
  }, 90_000)

  it('refuses to show a demo on real data', async () => {
    const server = start({ QIDI_MODE: 'demo' })
    expect(await server.exited).toBe(1)
    expect(server.output()).toContain('holds real data')
    expect(server.output()).toMatch(/正式数据/)
  }, 60_000)

  it('names every bad variable and does not start', async () => {
    const server = start({ PORT: 'eighty', DIVISION_CODE: '15' })
    expect(await server.exited).toBe(1)
    expect(server.output()).toMatch(/PORT: “eighty”：应为 0 到 65535 的整数/)
    expect(server.output()).toMatch(/DIVISION_CODE/)
    expect(server.output()).not.toMatch(/at .*\.ts:\d+/)
  }, 60_000)

  it('says in both languages that the port is taken, and how to choose another', async () => {
    const occupant = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => occupant.once('listening', resolve))
    const { port } = occupant.address() as AddressInfo
    const server = start({ PORT: String(port) })
    expect(await server.exited).toBe(1)
    occupant.close()
    expect(server.output()).toContain(`端口 ${port} 已被其他程序占用`)
    expect(server.output()).toContain(`choose another with PORT, for example PORT=${port + 1}`)
    expect(server.output()).not.toMatch(/at .*\.ts:\d+|EADDRINUSE/)
    expect(existsSync(join(dataDir, 'server.json'))).toBe(false)
  }, 90_000)

  it('says that a HOST is none of this machine', async () => {
    const server = start({ HOST: '192.0.2.1' })
    expect(await server.exited).toBe(1)
    expect(server.output()).toContain('本机没有 HOST=192.0.2.1 这个地址')
    expect(server.output()).toContain('HOST=0.0.0.0')
    expect(server.output()).not.toMatch(/at .*\.ts:\d+/)
  }, 90_000)
})
