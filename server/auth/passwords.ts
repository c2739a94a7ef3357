import { hash, verify } from '@node-rs/argon2'
import pLimit from 'p-limit'

// OWASP's floor for argon2id, the library's default algorithm: 19 MiB, two passes, one lane; some 30 ms.
const cost = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 }

// Hashing runs on libuv's few threads, where files and names wait too: never more than two at once.
const atMostTwo = pLimit(2)

export const hashPassword = (password: string): Promise<string> => atMostTwo(() => hash(password, cost))

const nobody = hash('no account has this password', cost)

/** Takes as long for a user that does not exist (null) as for a wrong password, so that time tells nobody who has an account. */
export async function passwordMatches(passwordHash: string | null, password: string): Promise<boolean> {
  const known = passwordHash ?? (await nobody)
  const matches = await atMostTwo(() => verify(known, password))
  return matches && passwordHash !== null
}
