import { hash, verify } from '@node-rs/argon2'

// OWASP's minimum for argon2id: 19 MiB, two passes, one lane. Algorithm 2 is argon2id.
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFKC'), ARGON2ID)

let decoy: Promise<string> | null = null

/** Takes as long for an account that does not exist, so that the answer's time tells nothing. */
export async function isPassword(passwordHash: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword('no account has this')
  const isRight = await verify(passwordHash ?? (await decoy), password.normalize('NFKC'))
  return passwordHash !== null && isRight
}
