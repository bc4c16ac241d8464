import { PassThrough } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ImportEventQuery } from '../contract/import.ts'
import { preferredLanguage } from '../kernel/sentence.ts'
import type { ImportService } from './service.ts'

const POLL_MS = 1_000
const HEARTBEAT_MS = 15_000
/** Then the caller has to come again, and show that they still may. */
const LIFE_MS = 15 * 60_000

/**
 * Pushes every change and ends with the work, unless the caller stays; asks once a second too, since the job may run in
 * another process.
 */
export async function sendEvents(
  request: FastifyRequest<{ Params: { id: string }; Querystring: ImportEventQuery }>,
  reply: FastifyReply,
  { service, stopSignal }: { service: ImportService; stopSignal: AbortSignal },
): Promise<FastifyReply> {
  const { id } = request.params
  const stays = request.query.stay === true
  const language = preferredLanguage(request.headers['accept-language'])
  const stream = new PassThrough()
  let last = ''
  let asking = false
  let jobId: string | null = null
  let unsubscribe = (): void => undefined
  const end = (): void => {
    clearInterval(poll)
    clearInterval(heartbeat)
    clearTimeout(life)
    unsubscribe()
    stopSignal.removeEventListener('abort', end)
    if (!stream.writableEnded) stream.end()
  }
  const tell = async (): Promise<void> => {
    if (asking || stream.writableEnded) return
    asking = true
    try {
      const { jobId: current, ...event } = await service.state(request.actor, id, language)
      if (current !== jobId) {
        unsubscribe()
        jobId = current
        if (current) unsubscribe = service.subscribe(current, () => void tell())
      }
      const text = JSON.stringify(event)
      if (text !== last && !stream.writableEnded) stream.write(`event: progress\ndata: ${text}\n\n`)
      last = text
      if (!current && !stays) end()
    } catch (error) {
      request.log.warn({ err: error }, 'event stream ended')
      end()
    } finally {
      asking = false
    }
  }
  const poll = setInterval(() => void tell(), POLL_MS)
  const heartbeat = setInterval(() => stream.write(': still here\n\n'), HEARTBEAT_MS)
  const life = setTimeout(end, LIFE_MS)
  // A refusal must come as one, before the stream has begun.
  await service.state(request.actor, id, language).catch((error: unknown) => {
    end()
    throw error
  })
  stopSignal.addEventListener('abort', end)
  request.raw.on('close', end)
  void tell()
  return reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-cache, no-transform')
    .header('x-accel-buffering', 'no')
    .send(stream)
}
