export interface StopOptions {
  /** Called once: stop accepting, finish what is under way, close the database. */
  stop: () => Promise<void>
  onFault: (error: unknown, message: string) => void
  withinMs?: number
}

const STOP_WITHIN_MS = 25_000
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** A second signal, or a stop that takes too long, ends the process at once: nothing acknowledged is lost by that. */
export function stopGracefully({ stop, onFault, withinMs = STOP_WITHIN_MS }: StopOptions): void {
  let isStopping = false
  async function end(code: number): Promise<void> {
    if (isStopping) process.exit(1)
    isStopping = true
    setTimeout(() => process.exit(1), withinMs).unref()
    try {
      await stop()
    } catch (error) {
      onFault(error, 'stopping failed')
      process.exit(1)
    }
    process.exit(code)
  }
  for (const signal of SIGNALS) process.on(signal, () => void end(0))
  process.on('uncaughtException', (error) => {
    onFault(error, 'uncaught exception')
    void end(1)
  })
  process.on('unhandledRejection', (error) => {
    onFault(error, 'unhandled rejection')
    void end(1)
  })
}
