import multipart from '@fastify/multipart'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  CommitImport,
  CreatedImport,
  ImportEventQuery,
  ImportList,
  ImportListQuery,
  ImportView,
  PatchImport,
  UndoImport,
} from '../contract/import.ts'
import {
  ImportAbsent,
  ImportAbsentQuery,
  ImportChanges,
  ImportChangesQuery,
  ImportIssueList,
  ImportIssueQuery,
  ImportPreview,
  ImportPreviewQuery,
} from '../contract/import-rows.ts'
import { PublicId } from '../contract/primitives.ts'
import { preferredLanguage, type Language } from '../kernel/sentence.ts'
import { sendEvents } from './events.ts'
import { EVENTS, ORIGINAL, REPORT, TABLE_UPLOAD, UPLOAD } from './openapi.ts'
import { receiveUpload } from './receive-upload.ts'
import { REPORT_MEDIA_TYPE } from './jobs.ts'
import type { ImportService } from './service.ts'

export interface ImportRouteOptions {
  service: ImportService
  uploadMaxBytes: number
  uploadMaxFiles: number
}

const Params = Type.Object({ id: PublicId })
const FileParams = Type.Object({ id: PublicId, number: Type.Integer({ minimum: 1, maximum: 1000 }) })
const tags = ['imports']
/** Pasted coordinates of a few thousand points. */
const FIELD_MAX_BYTES = 4 * 1024 * 1024
const FIELDS_MAX = 40

const languageOf = (request: FastifyRequest): Language =>
  preferredLanguage(request.headers['accept-language'])

/** Chinese names in the form every browser reads (RFC 6266), with a plain one for the rest. */
function attachment(reply: FastifyReply, name: string): FastifyReply {
  const plain = name.replace(/[^\x20-\x7e]|["\\]/g, '_')
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  )
  return reply
    .header('content-disposition', `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`)
    .header('x-content-type-options', 'nosniff')
}

export const importRoutes: FastifyPluginAsyncTypebox<ImportRouteOptions> = async (app, options) => {
  const { service } = options
  await app.register(multipart, {
    limits: {
      fileSize: options.uploadMaxBytes,
      files: options.uploadMaxFiles,
      fieldSize: FIELD_MAX_BYTES,
      fields: FIELDS_MAX,
      parts: options.uploadMaxFiles + FIELDS_MAX,
    },
  })

  app.post(
    '/api/imports',
    {
      config: { described: UPLOAD },
      schema: {
        tags,
        summary:
          'Upload a survey: multipart with one or more `file` parts (or `text` with pasted coordinates) and optional ledger, layer, encoding, crs, mapping, uncalibrated, datumParameters',
        consumes: ['multipart/form-data'],
        response: { 201: CreatedImport },
      },
      bodyLimit: options.uploadMaxBytes * 2,
    },
    async (request, reply) => {
      service.authorizeUpload(request.actor)
      const upload = await receiveUpload(request, service)
      return reply.code(201).send(await service.create(request.actor, upload))
    },
  )

  app.get(
    '/api/imports',
    {
      schema: {
        tags,
        summary: 'Imports, newest first',
        querystring: ImportListQuery,
        response: { 200: ImportList },
      },
    },
    (request) => service.list(request.actor, request.query, languageOf(request)),
  )

  app.get(
    '/api/imports/:id',
    {
      schema: {
        tags,
        summary: 'One import: detection, mapping, counts, the first issues',
        params: Params,
        response: { 200: ImportView },
      },
    },
    (request) => service.get(request.actor, request.params.id, languageOf(request)),
  )

  app.patch(
    '/api/imports/:id',
    {
      schema: {
        tags,
        summary: 'Change a choice; the checks run again',
        params: Params,
        body: PatchImport,
        response: { 200: ImportView },
      },
    },
    (request) => service.patch(request.actor, request.params.id, request.body, languageOf(request)),
  )

  app.put(
    '/api/imports/:id/table',
    {
      config: { described: TABLE_UPLOAD },
      schema: {
        tags,
        summary:
          'Add a ledger table (multipart, one `file`: .xlsx or .csv) or replace it; the checks run again',
        params: Params,
        consumes: ['multipart/form-data'],
        response: { 200: ImportView },
      },
      bodyLimit: options.uploadMaxBytes * 2,
    },
    async (request) => {
      await service.authorizeTable(request.actor, request.params.id)
      const { files } = await receiveUpload(request, service)
      return service.putTable(request.actor, request.params.id, files, languageOf(request))
    },
  )

  app.delete(
    '/api/imports/:id/table',
    {
      schema: {
        tags,
        summary: 'Check the survey without its ledger table',
        params: Params,
        response: { 200: ImportView },
      },
    },
    (request) => service.removeTable(request.actor, request.params.id, languageOf(request)),
  )

  app.delete(
    '/api/imports/:id',
    {
      schema: {
        tags,
        summary: 'Discard an import that was not committed',
        params: Params,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await service.discard(request.actor, request.params.id)
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/api/imports/:id/issues',
    {
      schema: {
        tags,
        summary: 'All issues, gravest first',
        params: Params,
        querystring: ImportIssueQuery,
        response: { 200: ImportIssueList },
      },
    },
    (request) => service.issues(request.actor, request.params.id, request.query, languageOf(request)),
  )

  app.post(
    '/api/imports/:id/recheck',
    {
      schema: {
        tags,
        summary: 'Run the checks again with the choices as they are; poll the import',
        params: Params,
        response: { 202: ImportView },
      },
    },
    async (request, reply) =>
      reply.code(202).send(await service.recheck(request.actor, request.params.id, languageOf(request))),
  )

  app.post(
    '/api/imports/:id/commit',
    {
      schema: {
        tags,
        summary: 'Import the checked rows in one transaction; poll the import',
        params: Params,
        body: CommitImport,
        response: { 202: ImportView },
      },
    },
    async (request, reply) =>
      reply
        .code(202)
        .send(await service.commit(request.actor, request.params.id, request.body, languageOf(request))),
  )

  app.post(
    '/api/imports/:id/undo',
    {
      schema: {
        tags,
        summary: 'Take a committed import back as a whole; poll the import. The body may be left out',
        params: Params,
        body: UndoImport,
        response: { 202: ImportView },
      },
      // A body that was left out arrives as null.
      preValidation: async (request) => {
        request.body ??= {}
      },
    },
    async (request, reply) => {
      const reason = request.body.reason ?? null
      return reply
        .code(202)
        .send(await service.undo(request.actor, request.params.id, reason, languageOf(request)))
    },
  )

  app.get(
    '/api/imports/:id/preview',
    {
      schema: {
        tags,
        summary: 'Simplified shapes for the mini-map; while the reference system is open, under a candidate',
        params: Params,
        querystring: ImportPreviewQuery,
        response: { 200: ImportPreview },
      },
    },
    (request) => service.preview(request.actor, request.params.id, request.query, languageOf(request)),
  )

  app.get(
    '/api/imports/:id/changes',
    {
      schema: {
        tags,
        summary: 'New, changed and unchanged parcels, field by field',
        params: Params,
        querystring: ImportChangesQuery,
        response: { 200: ImportChanges },
      },
    },
    (request) => service.changes(request.actor, request.params.id, request.query),
  )

  app.get(
    '/api/imports/:id/absent',
    {
      schema: {
        tags,
        summary: 'Parcels of the same town or batch that the file does not contain',
        params: Params,
        querystring: ImportAbsentQuery,
        response: { 200: ImportAbsent },
      },
    },
    (request) => service.absent(request.actor, request.params.id, request.query),
  )

  app.get(
    '/api/imports/:id/report.xlsx',
    { config: { described: REPORT }, schema: { tags, summary: 'The report as a workbook', params: Params } },
    async (request, reply) => {
      const report = await service.report(request.actor, request.params.id, languageOf(request))
      return attachment(reply, report.name).type(REPORT_MEDIA_TYPE).send(report.content)
    },
  )

  app.get(
    '/api/imports/:id/files/:number',
    {
      config: { described: ORIGINAL },
      schema: { tags, summary: 'An uploaded file as it came', params: FileParams },
    },
    async (request, reply) => {
      const file = await service.original(request.actor, request.params.id, request.params.number)
      return attachment(reply, file.name)
        .type('application/octet-stream')
        .header('content-length', file.bytes)
        .send(file.content)
    },
  )

  app.get(
    '/api/imports/:id/events',
    {
      config: { described: EVENTS },
      schema: {
        tags,
        summary: 'Status and progress as server-sent events until the work is done, or for longer',
        params: Params,
        querystring: ImportEventQuery,
      },
    },
    async (request, reply) => sendEvents(request, reply, { service, stopSignal: app.stopSignal }),
  )
}
