import { createHmac, randomBytes, type KeyObject } from 'node:crypto'
import { equalInConstantTime } from '../lib/constant-time.ts'

/** How many accounts of one browser are kept; the oldest is dropped. */
const maxAccounts = 8

export type KnownBrowsers = ReturnType<typeof createKnownBrowsers>

/**
 * The token of a browser says to which accounts it has signed in: `<random id>.<signature>.<signature> …`, one signature
 * of id and account for each. It identifies no person and opens nothing; it only separates the browser's own sign-in
 * limit from those of attackers. Nothing is stored, so every node and every restart can check it.
 */
export function createKnownBrowsers(key: KeyObject) {
  const signatureOf = (id: string, account: string) =>
    createHmac('sha256', key).update(`${id} ${account}`).digest('base64url')

  function read(token: string | undefined) {
    const [id = '', ...signatures] = (token ?? '').split('.')
    return { id, signatures: signatures.slice(0, maxAccounts) }
  }

  /** The id of the browser if it has signed in to this account, else null. */
  function recognise(token: string | undefined, account: string): string | null {
    const { id, signatures } = read(token)
    const expected = signatureOf(id, account)
    return signatures.some((signature) => equalInConstantTime(signature, expected)) ? id : null
  }

  return {
    recognise,

    /** The token after a sign-in to this account; null when the browser's own says so already. */
    add(token: string | undefined, account: string): string | null {
      if (recognise(token, account) !== null) return null
      const { id, signatures } = read(token)
      // Signatures of other accounts cannot be checked here; a wrong one is never recognised.
      const valid = /^[\w-]{16}$/.test(id)
      const browser = valid ? id : randomBytes(12).toString('base64url')
      return [browser, signatureOf(browser, account), ...(valid ? signatures : [])].slice(0, maxAccounts + 1).join('.')
    },
  }
}
