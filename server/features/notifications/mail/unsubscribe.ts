import { createHmac, type KeyObject } from 'node:crypto'
import { equalInConstantTime } from '../../../lib/constant-time.ts'

export interface UnsubscribeDependencies {
  key: KeyObject
  publicUrl: () => string
}

/** The path of the link, below /api. */
export const unsubscribePath = '/notifications/unsubscribe'

/** Links that need no sign-in: each is signed for one user. They never expire, as a mail does not, and only turn mails off. */
export function createUnsubscribeLinks({ key, publicUrl }: UnsubscribeDependencies) {
  const signatureOf = (userId: string) => createHmac('sha256', key).update(userId).digest('base64url')
  return {
    urlFor: (userId: string): string =>
      `${publicUrl()}/api${unsubscribePath}?${new URLSearchParams({ user: userId, signature: signatureOf(userId) }).toString()}`,
    isSigned: ({ user, signature }: { user: string; signature: string }): boolean =>
      equalInConstantTime(signature, signatureOf(user)),
  }
}
