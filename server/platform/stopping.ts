import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** Aborted when the server is asked to stop: streams that never end by themselves must end on it. */
    stopSignal: AbortSignal
  }
}

export function useStopSignal(app: FastifyInstance): void {
  const controller = new AbortController()
  app.decorate('stopSignal', controller.signal)
  app.addHook('preClose', async () => controller.abort())
}
