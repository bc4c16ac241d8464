import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npmScript, runNode } from './child.mjs'
import { isPrebuilt, LOCK_FILE, MODULES, ROOT } from './places.mjs'
import { runningServers } from './running.mjs'
import { hashOf, inTurn, readText } from './stamps.mjs'
import { say, Stop, withProgress } from './terminal.mjs'

const STAMP = join(MODULES, '.qidi-stamp')
const INSTALLED_LOCK = join(MODULES, '.package-lock.json')

/** Installs when the lock file, the platform or the Node generation is another than at the last installation. */
export async function ensureInstalled() {
  if (isPrebuilt()) return
  const wanted = wantedStamp()
  if (readText(STAMP) === wanted) return
  await inTurn('install', async () => {
    if (readText(STAMP) === wanted) return
    if (isInstalled()) return writeFileSync(STAMP, wanted)
    refuseUnderRunningServer()
    await install()
    writeFileSync(STAMP, wanted)
  })
}

function wantedStamp() {
  const lock = readText(LOCK_FILE)
  if (!lock)
    throw new Stop(
      '缺少 package-lock.json，请重新获取完整的源码。',
      'package-lock.json is missing: get the complete sources again.',
    )
  return [hashOf(lock), process.platform, process.arch, process.versions.modules].join(' ')
}

/** npm notes what it installed; when every package of the lock file is there, an installation made by hand is as good. */
function isInstalled() {
  const installed = JSON.parse(readText(INSTALLED_LOCK) ?? '{}').packages
  if (!installed) return false
  const wanted = JSON.parse(readText(LOCK_FILE)).packages
  return Object.entries(wanted).every(([path, { optional, peer, version }]) => {
    if (path === '' || optional || peer) return true
    return installed[path]?.version === version && existsSync(join(ROOT, path))
  })
}

/** A server loads modules as it goes: taking them away under it would break it. */
function refuseUnderRunningServer() {
  const [server] = runningServers()
  if (!server) return
  throw new Stop(
    `依赖包有更新，但服务正在运行（${server.url}，进程 ${server.pid}）。请先停止服务再试。`,
    `The packages have changed, but a server is running (${server.url}, pid ${server.pid}). Stop it first.`,
  )
}

async function install() {
  let output = ''
  const run = () =>
    runNode(npmScript(), ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      onChild: (child) => {
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding('utf8').on('data', (text) => (output += text))
      },
    })
  const code = await withProgress(
    '正在安装依赖包（仅首次或更新后）',
    'Installing packages (first time or after an update)',
    run,
    arrival(),
  )
  if (code === 0) return say('依赖包已安装。', 'Packages installed.')
  throw whyNot(output, code)
}

/** Packages every platform gets, and how many of them have arrived: enough to see that it moves. */
function arrival() {
  const packages = Object.entries(JSON.parse(readText(LOCK_FILE)).packages)
  const wanted = packages.filter(([path, { optional }]) => path !== '' && !optional).map(([path]) => path)
  const count = () => wanted.filter((path) => existsSync(join(ROOT, path, 'package.json'))).length
  return () => `${count()}/${wanted.length} 个包 packages`
}

const REASONS = [
  [/ENOSPC/, '磁盘空间不足：安装约需 700 MB，请清理后重试。', 'The disk is full: about 700 MB are needed.'],
  [
    /EACCES|EPERM|EROFS/,
    '没有写入权限，或文件被其他程序占用。',
    'No permission to write here, or another program holds the files.',
  ],
  [
    /EUSAGE|can only install packages when your package.json/,
    'package.json 与 package-lock.json 不一致，请重新获取完整的源码。',
    'package.json and package-lock.json do not agree: get the complete sources again.',
  ],
  [
    /EINTEGRITY/,
    '下载的包与校验值不符，可能被代理改写或下载不完整。',
    'A package does not match its checksum: a proxy changed it, or the download was cut off.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|UND_ERR|network/i,
    '连不上软件包源。请检查网络或代理；内网可用 npm config set registry 指向本单位镜像。',
    'The package registry cannot be reached. Check the network or proxy; npm config set registry points to a mirror.',
  ],
  [
    /E40[134]/,
    '软件包源拒绝了请求，或缺少所需的包。',
    'The package registry refused the request, or lacks a package.',
  ],
]

/** npm's own words are shown only when its reason is none of the known ones. */
function whyNot(output, code) {
  const known = REASONS.find(([pattern]) => pattern.test(output))
  if (known) return new Stop(known[1], `${known[2]} (${/npm error code (\S+)/.exec(output)?.[1] ?? code})`)
  process.stderr.write(output)
  return new Stop(
    `npm ci 失败（退出码 ${code}），原因见上。`,
    `npm ci failed (exit code ${code}); the reason is above.`,
  )
}
