import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  AuthState,
  ChangePassword,
  CreatedToken,
  CreateSession,
  CreateToken,
  SessionList,
  SessionView,
  TokenList,
} from '../contract/auth.ts'
import { isLoopbackHost } from '../platform/config.ts'
import { SESSION_COOKIE } from './authentication.ts'
import type { AccountService } from './account-service.ts'
import { sessionUserOf, type Identity } from './identity.ts'
import type { Caller, SessionService } from './session-service.ts'

export interface SessionRouteOptions {
  sessions: SessionService
  accounts: AccountService
  /** Names offered on the sign-in page; null outside demo mode. */
  demoAccounts: string[] | null
  /** Whether the cookie is sent over TLS only. */
  isSecure: boolean
}

const IdParams = Type.Object({ id: Type.String({ maxLength: 60 }) })
const tags = ['session']

const callerOf = (request: FastifyRequest): Caller => ({
  address: request.ip,
  userAgent: request.headers['user-agent'] ?? null,
})

const viewOf = (identity: Identity): SessionView => ({
  user: sessionUserOf(identity),
  csrfToken: identity.csrfToken ?? '',
})

export const sessionRoutes: FastifyPluginAsyncTypebox<SessionRouteOptions> = async (app, options) => {
  const { sessions, accounts, demoAccounts, isSecure } = options
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure } as const
  const clearCookie = (reply: FastifyReply): FastifyReply => reply.clearCookie(SESSION_COOKIE, cookie)

  app.get(
    '/api/auth-state',
    {
      config: { public: true },
      schema: { tags, summary: 'What the sign-in page must know', response: { 200: AuthState } },
    },
    async (request) => ({
      setupRequired: await accounts.setupRequired(),
      demo: demoAccounts !== null,
      demoAccounts: demoAccounts ?? [],
      // Otherwise the page warns that passwords travel in the clear.
      secureContext: isSecure || request.protocol === 'https' || isLoopbackHost(request.hostname),
      hasSession: request.cookies[SESSION_COOKIE] !== undefined,
    }),
  )
  app.post(
    '/api/session',
    {
      config: { public: true },
      schema: { tags, summary: 'Sign in', body: CreateSession, response: { 201: SessionView } },
    },
    async (request, reply) => {
      const { name, password } = request.body
      const { secret, endsAt, identity } = await sessions.signIn(name, password, callerOf(request))
      return reply
        .code(201)
        .setCookie(SESSION_COOKIE, secret, { ...cookie, expires: endsAt })
        .send(viewOf(identity))
    },
  )
  app.get(
    '/api/session',
    {
      config: { beforePasswordChange: true },
      schema: { tags, summary: 'Who is signed in', response: { 200: SessionView } },
    },
    async (request) => viewOf(request.identity),
  )
  app.delete(
    '/api/session',
    {
      config: { beforePasswordChange: true, sessionOnly: true },
      schema: { tags, summary: 'Sign out', response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await sessions.signOut(request.identity, callerOf(request))
      return clearCookie(reply).code(204).send(null)
    },
  )
  app.put(
    '/api/session/password',
    {
      config: { beforePasswordChange: true, sessionOnly: true },
      schema: {
        tags,
        summary: "Change one's own password; every other session and every personal token ends",
        body: ChangePassword,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await accounts.changePassword(request.identity, request.body)
      return reply.code(204).send(null)
    },
  )
  app.get(
    '/api/session/sessions',
    {
      config: { sessionOnly: true },
      schema: { tags, summary: "One's own sessions", response: { 200: SessionList } },
    },
    (request) => sessions.sessions(request.identity),
  )
  app.delete(
    '/api/session/sessions',
    {
      config: { sessionOnly: true },
      schema: { tags, summary: 'End every session but this one', response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await sessions.endOtherSessions(request.identity, callerOf(request))
      return reply.code(204).send(null)
    },
  )
  app.delete(
    '/api/session/sessions/:id',
    {
      config: { sessionOnly: true },
      schema: { tags, summary: 'End one session', params: IdParams, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await sessions.endSession(request.identity, request.params.id, callerOf(request))
      return reply.code(204).send(null)
    },
  )
  app.get(
    '/api/session/tokens',
    {
      config: { sessionOnly: true },
      schema: { tags, summary: "One's own personal tokens", response: { 200: TokenList } },
    },
    (request) => sessions.tokens(request.identity),
  )
  app.post(
    '/api/session/tokens',
    {
      config: { sessionOnly: true },
      schema: {
        tags,
        summary: 'Create a personal token (Bearer, or Basic with the token as password); shown this once',
        body: CreateToken,
        response: { 201: CreatedToken },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await sessions.createToken(request.identity, request.body)),
  )
  app.delete(
    '/api/session/tokens/:id',
    {
      config: { sessionOnly: true },
      schema: { tags, summary: 'Revoke a personal token', params: IdParams, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await sessions.revokeToken(request.identity, request.params.id)
      return reply.code(204).send(null)
    },
  )
}
