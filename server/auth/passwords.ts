import { hash, verify } from '@node-rs/argon2'
import pLimit from 'p-limit'

export interface PasswordCost {
  /** In KiB. */
  memoryCost: number
  timeCost: number
  parallelism: number
}

// OWASP's minimum for argon2id (the library's default): 19 MiB, two passes, one lane; about 30 ms.
const minimum: PasswordCost = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 }

// Hashing shares libuv's four threads with file and DNS operations, so at most two hashes run at once.
const limited = pLimit(2)

/** Of the NFC form: devices send an accented letter as one character or as two (RFC 8265, NIST SP 800-63B). */
export const hashPassword = (password: string, cost = minimum): Promise<string> =>
  limited(() => hash(password.normalize('NFC'), cost))

const dummyHash = hash('no account has this password', minimum)

/**
 * Takes as long for an unknown user (null), or one without a password (''), as for a wrong password, so that timing does not
 * reveal which accounts exist.
 * Hashes made before passwords were normalised match the password as it was typed.
 */
export async function passwordMatches(passwordHash: string | null, password: string): Promise<boolean> {
  const candidate = passwordHash || (await dummyHash)
  let matches = false
  for (const form of new Set([password.normalize('NFC'), password])) {
    matches ||= await limited(() => verify(candidate, form))
  }
  return matches && Boolean(passwordHash)
}
