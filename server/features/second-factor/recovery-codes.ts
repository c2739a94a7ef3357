import { createHash, randomInt } from 'node:crypto'

const count = 10

/** Without letters and digits that look alike. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Four groups of four characters have 79 bits: too many to guess from a hash, so it needs no salt. */
const [groups, groupLength] = [4, 4]

/** `xxxx-xxxx-xxxx-xxxx`, and what is stored of each. */
export function newRecoveryCodes(): { codes: string[]; hashes: string[] } {
  const codes = Array.from({ length: count }, newCode)
  return { codes, hashes: codes.map(hashOfRecoveryCode) }
}

/** The same for a code that is typed with capitals, with spaces or without hyphens. */
export const hashOfRecoveryCode = (code: string): string =>
  createHash('sha256')
    .update(code.toLowerCase().replace(/[^a-z0-9]/g, ''))
    .digest('base64url')

const newCharacter = () => alphabet.charAt(randomInt(alphabet.length))
const newGroup = () => Array.from({ length: groupLength }, newCharacter).join('')
const newCode = () => Array.from({ length: groups }, newGroup).join('-')
