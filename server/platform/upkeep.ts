import type { FastifyInstance } from 'fastify'

/** Runs a small chore when the server is ready and then again and again; a failure is logged and waits for the next turn. */
export function useUpkeep(app: FastifyInstance, everyMs: number, chore: () => Promise<void>): void {
  let timer: NodeJS.Timeout | null = null
  let running: Promise<void> = Promise.resolve()
  const run = (): void => {
    running = chore().catch((error: unknown) => app.log.error({ err: error }, 'upkeep failed'))
  }
  app.addHook('onReady', async () => {
    run()
    timer = setInterval(run, everyMs).unref()
  })
  app.addHook('onClose', async () => {
    if (timer) clearInterval(timer)
    await running
  })
}
