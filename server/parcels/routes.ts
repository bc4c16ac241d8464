import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  ParcelDetail,
  ParcelDetailQuery,
  ParcelHistory,
  ParcelList,
  ParcelListQuery,
  PatchedParcel,
  PatchParcel,
} from '../contract/parcel.ts'
import type { Actor } from '../auth/actor.ts'
import { PublicId } from '../contract/primitives.ts'
import { ProblemError } from '../platform/problems.ts'
import type { ParcelService } from './service.ts'

const Params = Type.Object({ id: PublicId })
const ETAG = /^(?:W\/)?"(\d+)(?:-general)?"$/

/** Whoever may no longer see the internal attributes must not be told that the fuller copy still holds. */
const etagOf = (actor: Actor, version: number): string =>
  actor.actions.has('parcel.read_internal') ? `"${version}"` : `"${version}-general"`

/**
 * Version from If-Match, whichever attributes were read with it; null when the header is absent. Anything but our own
 * ETag is refused.
 */
function versionOf(ifMatch: string | undefined): number | null {
  if (ifMatch === undefined) return null
  const match = ETAG.exec(ifMatch.trim())
  if (!match) throw new ProblemError('request.invalid', { field: 'If-Match', value: ifMatch })
  return Number(match[1])
}

/** Whether If-None-Match names this copy, weakly compared as RFC 9110 has it for reading. */
function holds(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = ifNoneMatch?.split(',').map((tag) => tag.trim()) ?? []
  return tags.some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag)
}

export const parcelRoutes: FastifyPluginAsyncTypebox<{ service: ParcelService }> = async (
  app,
  { service },
) => {
  app.get(
    '/api/parcels',
    {
      schema: {
        tags: ['parcels'],
        summary: 'List parcels by filter and extent',
        querystring: ParcelListQuery,
        response: { 200: ParcelList },
      },
    },
    (request) => service.list(request.actor, request.query),
  )
  app.get(
    '/api/parcels/:id',
    {
      config: { described: { headers: { 'if-none-match': 'ETag of the copy one has' } } },
      schema: {
        tags: ['parcels'],
        summary:
          'One parcel; geometry=original gives the surveyed coordinates bit-exact in their own CRS (x east or lon, y north or lat)',
        params: Params,
        querystring: ParcelDetailQuery,
        response: { 200: ParcelDetail, 304: Type.Null({ description: 'Unchanged since If-None-Match' }) },
      },
    },
    async (request, reply) => {
      const parcel = await service.get(request.actor, request.params.id, request.query)
      // What one may see differs by person: a browser shared by two of them must not show one's copy to the other.
      const etag = etagOf(request.actor, parcel.version)
      reply.header('etag', etag).header('vary', 'cookie, authorization')
      if (holds(request.headers['if-none-match'], etag)) return reply.code(304).send(null)
      return reply.send(parcel)
    },
  )
  app.get(
    '/api/parcels/:id/history',
    {
      schema: {
        tags: ['parcels'],
        summary: 'Every version: who, when, what, old and new',
        params: Params,
        response: { 200: ParcelHistory },
      },
    },
    (request) => service.history(request.actor, request.params.id),
  )
  app.patch(
    '/api/parcels/:id',
    {
      config: {
        described: {
          headers: {
            'if-match': 'ETag of the version the edit is of, "<version>"; or `version` in the body',
          },
          responses: {
            412: { description: 'Changed meanwhile; `current` is the parcel as it is now' },
            428: { description: 'Neither If-Match nor `version`' },
          },
        },
      },
      schema: {
        tags: ['parcels'],
        summary: 'Change attributes; needs If-Match or version, answers 412 with the current row when stale',
        params: Params,
        body: PatchParcel,
        response: { 200: PatchedParcel },
      },
    },
    async (request, reply) => {
      const patched = await service.patch(
        request.actor,
        request.params.id,
        request.body,
        versionOf(request.headers['if-match']),
      )
      return reply.header('etag', etagOf(request.actor, patched.parcel.version)).send(patched)
    },
  )
}
