import { boolean, defineRecords, integer, json, nullable, text, type RecordOf } from '../../storage/records.ts'
import type { Store } from '../../storage/store.ts'

/**
 * One person's second factor. `secret` is encrypted (sealed-text.ts), `recoveryHashes` are hashes. `lastStep`: the time
 * step of the newest code that was accepted. `version` grows with each change, so that of two concurrent ones only one
 * takes effect.
 */
export const secondFactorRecords = defineRecords({
  name: 'secondFactors',
  key: 'userId',
  fields: {
    userId: text(),
    secret: text(),
    /** False until the person has entered a code. */
    confirmed: boolean(),
    lastStep: integer(),
    recoveryHashes: json<string[]>(),
    /** Wrong codes since `failuresSince`. */
    failures: integer(),
    failuresSince: text(),
    version: integer(),
  },
  indexes: {},
})

export type SecondFactorRecord = RecordOf<typeof secondFactorRecords>

/** A sign-in whose password was right and whose code is missing. `id`: the hash of the token that the person has. */
export const challengeRecords = defineRecords({
  name: 'signInChallenges',
  key: 'id',
  fields: {
    id: text(),
    userId: text(),
    /** A hash of the account's password hash: a new password ends the challenge. */
    passwordMark: text(),
    expiresAt: nullable(text()),
  },
  indexes: {},
  expires: 'expiresAt',
})

export type FactorStore = ReturnType<typeof createFactorStore>

export function createFactorStore({ collection }: Pick<Store, 'collection'>) {
  const factors = collection(secondFactorRecords)
  return {
    get: factors.get,
    create: factors.create,
    /** The changed record; null when another change came first. */
    change: ({ userId, version }: SecondFactorRecord, change: Partial<SecondFactorRecord>) =>
      factors.change(userId, { ...change, version: version + 1 }, { version }),
    /** False when another change came first. */
    delete: ({ userId, version }: SecondFactorRecord): Promise<boolean> => factors.delete(userId, { version }),
    /** Whatever its state is. False when there is none. */
    reset: (userId: string): Promise<boolean> => factors.delete(userId),
  }
}
