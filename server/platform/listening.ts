import type { FastifyInstance } from 'fastify'
import { StartRefused } from './data-directory.ts'
import type { BilingualMessage } from './database/errors.ts'

export interface Address {
  host: string
  port: number
}

const badHost = ({ host }: Address): BilingualMessage => ({
  zh: `本机没有 HOST=${host} 这个地址。只在本机使用请设 HOST=127.0.0.1，供其他电脑访问请设 HOST=0.0.0.0。`,
  en: `This machine has no address HOST=${host}. Set HOST=127.0.0.1 for this machine only, or HOST=0.0.0.0 for others to reach it.`,
})

const SENTENCES: Record<string, (address: Address) => BilingualMessage> = {
  EADDRINUSE: ({ port }) => ({
    zh: `端口 ${port} 已被其他程序占用。请停掉那个程序，或用 PORT 换一个端口，例如 PORT=${port + 1}。`,
    en: `Port ${port} is in use by another program. Stop that one, or choose another with PORT, for example PORT=${port + 1}.`,
  }),
  EACCES: ({ port }) => ({
    zh: `没有权限使用端口 ${port}（1024 以下的端口通常只许管理员使用）。请用 PORT 换一个端口，例如 PORT=8080。`,
    en: `This account may not use port ${port} (those below 1024 are usually for administrators). Choose another with PORT, for example PORT=8080.`,
  }),
  EADDRNOTAVAIL: badHost,
  ENOTFOUND: badHost,
  EAI_AGAIN: badHost,
  EINVAL: badHost,
}

/** What a person can do about it, for the faults that are theirs to mend; anything else stays as it is. */
export function listenFault(error: unknown, address: Address): unknown {
  const sentence = SENTENCES[(error as NodeJS.ErrnoException).code ?? '']
  return sentence ? new StartRefused(sentence(address)) : error
}

export async function listen(app: FastifyInstance, { host, port }: Address): Promise<void> {
  await app.listen({ host, port }).catch((error: unknown) => {
    throw listenFault(error, { host, port })
  })
}
