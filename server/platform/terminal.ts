import type { BilingualMessage } from './database/errors.ts'
import { effectiveConfig, isPlainHttpBeyondLoopback, type Config } from './config.ts'

const print = (text = ''): void => {
  process.stdout.write(`${text}\n`)
}

/** One line a step, with the seconds since the start, so that nobody wonders whether it hangs. */
export function printStep({ zh, en }: BilingualMessage): void {
  print(`[${process.uptime().toFixed(1).padStart(5)} s] ${zh}  ${en}`)
}

export function printConfig(config: Config): void {
  print('配置 Effective configuration')
  const entries = Object.entries(effectiveConfig(config)).filter(([, value]) => value !== '')
  const width = Math.max(...entries.map(([name]) => name.length))
  for (const [name, value] of entries) print(`  ${name.padEnd(width)}  ${value}`)
}

/** Address a person on this machine can open: every-interface addresses are none. */
export function reachableUrl(config: Pick<Config, 'host' | 'publicUrl'>, port: number): string {
  return config.publicUrl ?? localUrl(config.host, port)
}

export function localUrl(host: string, port: number): string {
  const shown = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`
}

export interface ReadyFacts {
  config: Config
  url: string
  setupToken: string | null
  demoAccounts: readonly string[]
}

export function printReady({ config, url, setupToken, demoAccounts }: ReadyFacts): void {
  print()
  print(`Qidi ready at ${url}`)
  if (config.mode === 'demo') {
    print(`演示账户 Demo accounts: ${demoAccounts.join(', ')}`)
    print(`密码 Password: ${config.demoPassword}`)
  }
  if (setupToken !== null) {
    print('首次使用：打开上面的网址，用这个一次性口令创建第一名管理员。')
    print('First visit: open the address above and create the first administrator with this one-time token.')
    print(`  ${setupToken}`)
  }
  if (isPlainHttpBeyondLoopback(config)) {
    print(
      '警告：正以未加密的 http 对外提供服务，密码会明文经过网络。请使用 HTTPS（docker compose 自带）并设置 PUBLIC_URL。',
    )
    print(
      'Warning: plain http is open to the network, so passwords travel in the clear. Use HTTPS (docker compose brings it) and set PUBLIC_URL.',
    )
  }
  print()
}

export function printStopping(): void {
  print('正在停止 Stopping …')
}

export function printStartFault(message: string): void {
  process.stderr.write(`\n无法启动 Cannot start\n${message}\n`)
}
