import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { constants } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { ROOT } from './places.mjs'
import { Stop } from './terminal.mjs'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** The exit code a shell would report: 128 + the signal's number. */
const codeOf = (code, signal) => code ?? 128 + (constants.signals[signal] ?? 0)

/**
 * Runs a Node script in a child and answers with its exit code. Signals reach the child once: in a terminal Ctrl+C
 * goes to the whole group anyway, and the child decides how to stop.
 */
export function runNode(script, args = [], { env = {}, cwd = ROOT, stdio = 'inherit', onChild } = {}) {
  const child = spawn(process.execPath, [script, ...args], { cwd, stdio, env: { ...process.env, ...env } })
  onChild?.(child)
  return ended(child)
}

/** Like runNode, for any program; never through a shell, so blanks in paths need no quoting. */
export function runProgram(program, args, { env = {}, cwd = ROOT, stdio = 'inherit', onChild } = {}) {
  const child = spawn(program, args, { cwd, stdio, env: { ...process.env, ...env } })
  onChild?.(child)
  return ended(child)
}

function ended(child) {
  return new Promise((resolve, reject) => {
    const pass = (signal) => {
      const isTypedInTerminal = signal === 'SIGINT' && process.stdin.isTTY
      if (!isTypedInTerminal) child.kill(signal)
    }
    for (const signal of SIGNALS) process.on(signal, pass)
    const settle = () => {
      for (const signal of SIGNALS) process.off(signal, pass)
    }
    child.once('error', (error) => {
      settle()
      reject(error)
    })
    child.once('close', (code, signal) => {
      settle()
      resolve(codeOf(code, signal))
    })
  })
}

/** npm's own script, run with this Node: npm.cmd would need a shell on Windows. */
export function npmScript() {
  const besideNode = dirname(realpathSync(process.execPath))
  const candidates = [
    process.env.npm_execpath,
    join(besideNode, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(besideNode, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    onPath('npm'),
  ]
  const found = candidates.find((path) => path && basename(path) === 'npm-cli.js' && existsSync(path))
  if (found) return found
  throw new Stop(
    '找不到 npm。它随 Node.js 一起安装，请重新安装 Node.js。',
    'npm was not found. It comes with Node.js: install Node.js again.',
  )
}

/** The program a name on PATH means, its links followed unless told otherwise; null when there is none. */
export function onPath(name, { isResolved = true } = {}) {
  const names = process.platform === 'win32' ? [`${name}.exe`] : [name]
  for (const folder of (process.env.PATH ?? process.env.Path ?? '').split(delimiter)) {
    for (const file of names) {
      const path = join(folder, file)
      if (folder && existsSync(path)) return isResolved ? realpathSync(path) : path
    }
  }
  return null
}
