import type { CreateUser, PatchUser, UserList, UserRow } from '#contract/auth.ts'
import { get, send } from './http.ts'

export const fetchUsers = (): Promise<UserList> => get<UserList>('/api/users')

export async function createUser(body: CreateUser): Promise<UserRow> {
  return (await send<UserRow>('POST', '/api/users', { body })).data
}

export async function patchUser(id: string, body: PatchUser): Promise<UserRow> {
  return (await send<UserRow>('PATCH', `/api/users/${encodeURIComponent(id)}`, { body })).data
}
