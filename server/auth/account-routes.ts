import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { CreateUser, LoginLog, PatchUser, SetupAdmin, UserList, UserRow } from '../contract/auth.ts'
import type { AccountService } from './account-service.ts'

const IdParams = Type.Object({ id: Type.String({ maxLength: 60 }) })
const tags = ['users']

export const accountRoutes: FastifyPluginAsyncTypebox<{ accounts: AccountService }> = async (
  app,
  { accounts },
) => {
  app.post(
    '/api/setup',
    {
      config: { public: true },
      schema: {
        tags,
        summary: 'Create the first administrator with the one-time token the terminal printed',
        body: SetupAdmin,
        response: { 201: UserRow },
      },
    },
    async (request, reply) => reply.code(201).send(await accounts.setUp(request.body)),
  )
  app.get(
    '/api/users',
    { schema: { tags, summary: 'Accounts within the own scope', response: { 200: UserList } } },
    (request) => accounts.list(request.actor),
  )
  app.post(
    '/api/users',
    {
      schema: {
        tags,
        summary: 'Create an account; its password must be changed at the first sign-in',
        body: CreateUser,
        response: { 201: UserRow },
      },
    },
    async (request, reply) => reply.code(201).send(await accounts.create(request.actor, request.body)),
  )
  app.patch(
    '/api/users/:id',
    {
      schema: {
        tags,
        summary: 'Change name, roles or scope; disable; reset the password',
        params: IdParams,
        body: PatchUser,
        response: { 200: UserRow },
      },
    },
    (request) => accounts.change(request.actor, request.params.id, request.body),
  )
  app.get(
    '/api/login-log',
    { schema: { tags, summary: 'The last 200 sign-ins and refusals', response: { 200: LoginLog } } },
    (request) => accounts.loginLog(request.actor),
  )
}
