import { setTimeout as sleep } from 'node:timers/promises'

/** A refusal for the person at the terminal, in both languages; no stack trace is shown for it. */
export class Stop extends Error {
  constructor(zh, en, exitCode = 1) {
    super(`${zh}\n${en}`)
    this.zh = zh
    this.en = en
    this.exitCode = exitCode
  }
}

/** Progress and remarks go to standard error, so that standard output carries results only. */
export const say = (zh, en) => process.stderr.write(`${`${zh}  ${en}`.trimEnd()}\n`)

const TICK_MS = 2000

/** Says what is going on and how long it has taken, every two seconds, until the work is done. */
export async function withProgress(zh, en, work, detail = () => '') {
  const startedAt = Date.now()
  const seconds = () => Math.round((Date.now() - startedAt) / 1000)
  say(`${zh}…`, `${en}…`)
  const stop = new AbortController()
  const ticking = tick(stop.signal, () => {
    const text = detail()
    say(`  … ${seconds()} 秒${text && `，${text}`}`, `${seconds()} s`)
  })
  try {
    return await work()
  } finally {
    stop.abort()
    await ticking
  }
}

async function tick(signal, show) {
  while (!signal.aborted) {
    const isOver = await sleep(TICK_MS, false, { signal }).catch(() => true)
    if (!isOver) show()
  }
}
