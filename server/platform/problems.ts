import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Action } from '../contract/auth.ts'
import { ACTION_NAMES_EN, MESSAGES_EN, STATUS_TITLES_EN, VALUE_FAULTS_EN } from '../contract/messages.en.ts'
import { ACTION_NAMES_ZH, MESSAGES_ZH, STATUS_TITLES_ZH, VALUE_FAULTS_ZH } from '../contract/messages.zh.ts'
import { FIELD_BY_WIRE } from '../contract/fields.ts'
import { PROBLEM_STATUS, type Problem, type ProblemCode } from '../contract/problem.ts'
import { inWords, type FieldFault } from './request-faults.ts'
import { fillSentence, preferredLanguage, type Language } from '../kernel/sentence.ts'

export interface ProblemExtra {
  errors?: FieldFault[]
  /** The row as it is now, with a 412. */
  current?: unknown
  /** Sent as Retry-After. */
  retryAfterS?: number
  /** Whoever throws it has told the log as often as it is worth: a tile service that is down is asked for by the hundred. */
  isLogged?: boolean
}

/** A refusal. Everything else that is thrown is a bug. */
export class ProblemError extends Error {
  readonly code: ProblemCode
  readonly params: Record<string, unknown>
  readonly extra: ProblemExtra

  constructor(code: ProblemCode, params: Record<string, unknown> = {}, extra: ProblemExtra = {}) {
    super(code)
    this.name = 'ProblemError'
    this.code = code
    this.params = params
    this.extra = extra
  }
}

const MESSAGES: Record<Language, Record<ProblemCode, string>> = { zh: MESSAGES_ZH, en: MESSAGES_EN }
const TITLES: Record<Language, Record<string, string>> = { zh: STATUS_TITLES_ZH, en: STATUS_TITLES_EN }
const VALUE_FAULTS: Record<Language, Record<string, string>> = { zh: VALUE_FAULTS_ZH, en: VALUE_FAULTS_EN }
const ACTION_NAMES: Record<Language, Record<Action, string>> = { zh: ACTION_NAMES_ZH, en: ACTION_NAMES_EN }

/** A parameter that names a field, a fault or an action is said in words. */
function spoken(params: Record<string, unknown>, language: Language): Record<string, unknown> {
  const { field, fault, action } = params
  const definition = typeof field === 'string' ? FIELD_BY_WIRE.get(field) : undefined
  return {
    ...params,
    label: definition?.[language] ?? params['label'] ?? field,
    actionName: ACTION_NAMES[language][action as Action] ?? action,
    fault: typeof fault === 'string' ? fillSentence(VALUE_FAULTS[language][fault] ?? fault, params) : fault,
  }
}

/** The sentence of a refusal in a language. */
export const problemSentence = (
  code: ProblemCode,
  params: Record<string, unknown>,
  language: Language,
): string => fillSentence(MESSAGES[language][code], spoken(params, language))

function faultSentence(fault: FieldFault, language: Language): string {
  if (fault.message !== undefined) return fault.message
  const template = VALUE_FAULTS[language][fault.code]
  return template === undefined
    ? fault.code
    : fillSentence(template, {
        ...inWords(fault.params ?? {}, language),
        field: fault.field,
        label: FIELD_BY_WIRE.get(fault.field)?.[language] ?? fault.field,
      })
}

/** A service that refuses one value of a request names it in the parameters. */
function fieldNamedBy({ code, params }: ProblemError): FieldFault[] {
  const { field } = params
  if (code !== 'request.invalid' || typeof field !== 'string') return []
  return [{ field, code: 'field.invalid', params }]
}

function toProblem(error: ProblemError, language: Language, requestId: string): Problem {
  const { code, params, extra } = error
  const errors = (extra.errors ?? fieldNamedBy(error)).map((fault) => ({
    field: fault.field,
    code: fault.code,
    message: faultSentence(fault, language),
  }))
  return {
    type: 'about:blank',
    title: TITLES[language][String(PROBLEM_STATUS[code])] ?? code,
    status: PROBLEM_STATUS[code],
    code,
    params,
    detail: problemSentence(code, params, language),
    ...(errors.length > 0 ? { errors } : {}),
    ...(extra.current === undefined ? {} : { current: extra.current }),
    requestId,
  }
}

/** Fastify's own refusals, by its error code. */
const FRAMEWORK: Record<string, ProblemCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'request.too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'request.unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request.invalid',
  FST_ERR_BAD_URL: 'request.not_found',
  FST_ERR_MAX_PARAM_LENGTH: 'request.not_found',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'request.unsupported_media_type',
  FST_REQ_FILE_TOO_LARGE: 'import.file_too_large',
  FST_FILES_LIMIT: 'import.too_many_files',
}
const BY_STATUS: Record<number, ProblemCode> = {
  400: 'request.invalid',
  404: 'request.not_found',
  413: 'request.too_large',
  415: 'request.unsupported_media_type',
  429: 'request.too_many',
  503: 'request.unavailable',
}

interface ForeignError {
  code?: unknown
  statusCode?: unknown
}

/** What to answer to anything thrown; null for a bug. */
function refusalOf(error: unknown): ProblemError | null {
  if (error instanceof ProblemError) return error
  const { code, statusCode } = (error ?? {}) as ForeignError
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY' || code === 'FST_ERR_CTP_EMPTY_JSON_BODY')
    return new ProblemError('request.invalid', {}, { errors: [{ field: 'body', code: 'body.json' }] })
  if (typeof code === 'string' && FRAMEWORK[code]) return new ProblemError(FRAMEWORK[code])
  if (typeof statusCode === 'number' && BY_STATUS[statusCode]) return new ProblemError(BY_STATUS[statusCode])
  return null
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: ProblemError): FastifyReply {
  const problem = toProblem(error, preferredLanguage(request.headers['accept-language']), request.id)
  if (error.extra.retryAfterS !== undefined)
    reply.header('retry-after', String(Math.ceil(error.extra.retryAfterS)))
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="qidi"')
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('vary', 'accept-language')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problem)
}

/** Ids worth having in the log beside a bug: the parcel, import or tile it concerned. */
const subjectOf = (request: FastifyRequest): object => ({
  params: request.params,
  route: request.routeOptions.url,
})

/** Code and parameters become a sentence and a status here and nowhere else; a 5xx never shows its message. */
export function useProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error)
    if (refusal && PROBLEM_STATUS[refusal.code] < 500) {
      request.log.info({ code: refusal.code, status: PROBLEM_STATUS[refusal.code] }, 'refused')
      return sendProblem(request, reply, refusal)
    }
    if (refusal?.extra.isLogged) {
      request.log.debug({ code: refusal.code }, 'refused')
      return sendProblem(request, reply, refusal)
    }
    request.log.error({ err: error, ...subjectOf(request) }, 'request failed')
    return sendProblem(request, reply, new ProblemError(refusal?.code ?? 'request.internal'))
  })
}
