import type { FastifyInstance } from 'fastify'
import type { Socket } from 'node:net'

declare module 'fastify' {
  interface FastifyInstance {
    /** Aborted when the server is asked to stop: streams that never end by themselves must end on it. */
    stopSignal: AbortSignal
  }
}

/** Requests under way get this long; then their connections are cut. */
const FINISH_WITHIN_MS = 10_000

/**
 * Browsers open connections ahead of need. One that has never carried a request does not count as idle for Node, and
 * would hold up a stop for a minute.
 */
function trackUnused(app: FastifyInstance): Set<Socket> {
  const unused = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  app.server.on('request', (request) => unused.delete(request.socket))
  return unused
}

export function useStopSignal(app: FastifyInstance): void {
  const controller = new AbortController()
  const unused = trackUnused(app)
  let deadline: NodeJS.Timeout | null = null
  app.decorate('stopSignal', controller.signal)
  app.addHook('preClose', async () => {
    controller.abort()
    for (const socket of unused) socket.destroy()
    deadline = setTimeout(() => app.server.closeAllConnections(), FINISH_WITHIN_MS)
  })
  app.addHook('onClose', async () => {
    if (deadline) clearTimeout(deadline)
  })
}
