import { existsSync, readFileSync } from 'node:fs'
import { runProgram } from './child.mjs'
import { say, withProgress } from './terminal.mjs'

/** Root on Debian or one of its kin: what is missing can be installed. */
export function canInstallPackages() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return false
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'))
}

let isListFresh = false

/** Answers whether it worked; a failure is tried once more, as mirrors do hiccup. */
export async function installPackages(names) {
  for (const attempt of [1, 2]) {
    if (await apt(names, attempt)) return true
  }
  return false
}

async function apt(names, attempt) {
  const output = []
  const run = async (args) => {
    const code = await runProgram('apt-get', args, {
      env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
      onChild: (child) => {
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding('utf8').on('data', (text) => output.push(text))
      },
    })
    return code === 0
  }
  const work = async () => {
    if (!isListFresh || attempt > 1) isListFresh = await run(['update', '-qq'])
    return run(['install', '-y', '-qq', '--no-install-recommends', ...names])
  }
  const isDone = await withProgress(
    `正在用 apt 安装 ${names.join(' ')}`,
    `Installing ${names.join(' ')} by apt`,
    work,
  )
  if (!isDone) say(output.join('').trim().split('\n').slice(-6).join('\n'), '')
  return isDone
}
