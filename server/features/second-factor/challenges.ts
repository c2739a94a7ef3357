import { createHash, randomBytes } from 'node:crypto'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Store, UserRecord } from '../../storage/store.ts'
import { challengeRecords } from './factor-records.ts'

/** How long the second step of a sign-in may take, in ms. */
const lifetime = 5 * 60_000

const hashed = (text: string) => createHash('sha256').update(text).digest('base64url')

/** Tokens for the second step of a sign-in: each opens at most one session, of one account. */
export function createChallenges({ store, clock }: { store: Pick<Store, 'collection' | 'users'>; clock: Clock }) {
  const challenges = store.collection(challengeRecords)
  const ended = () => new DomainError('session_ended', 'This sign-in took too long. Sign in again.')

  return {
    async create({ id: userId, passwordHash }: UserRecord): Promise<string> {
      const token = randomBytes(32).toString('base64url')
      const expiresAt = isoTime(clock.now() + lifetime)
      await challenges.create({ id: hashed(token), userId, passwordMark: hashed(passwordHash), expiresAt })
      return token
    },

    /** The account of the token. Throws session_ended: used, too old, or the account has changed. */
    async accountOf(token: string): Promise<UserRecord> {
      const challenge = await challenges.get(hashed(token))
      if (!challenge?.expiresAt || challenge.expiresAt <= isoTime(clock.now())) throw ended()
      const account = await store.users.byId(challenge.userId)
      if (!account?.active || hashed(account.passwordHash) !== challenge.passwordMark) throw ended()
      return account
    },

    /** Throws session_ended when another request has used it. */
    async use(token: string): Promise<void> {
      if (!(await challenges.delete(hashed(token)))) throw ended()
    },

    sweep: challenges.sweep,
  }
}

export type Challenges = ReturnType<typeof createChallenges>
