import type { RecoveryCodes, SecondFactorState, StartedSecondFactor } from '#shared/second-factor.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import { DuplicateError } from '../../storage/store.ts'
import type { createCodes } from './codes.ts'
import type { FactorStore, SecondFactorRecord } from './factor-records.ts'
import { newRecoveryCodes } from './recovery-codes.ts'
import type { createSealedText } from '../../lib/sealed-text.ts'
import { newSecret, stepOf, uriOf } from './totp.ts'

export interface SecondFactorDependencies {
  factors: FactorStore
  codes: ReturnType<typeof createCodes>
  sealed: ReturnType<typeof createSealedText>
  clock: Pick<Clock, 'now'>
}

export type SecondFactorService = ReturnType<typeof createSecondFactorService>

/** Codes of an authenticator app (TOTP, RFC 6238) besides the password, and recovery codes for a phone that is lost. */
export function createSecondFactorService({ factors, codes, sealed, clock }: SecondFactorDependencies) {
  const alreadyOn = () => new DomainError('second_factor_on')

  /** Throws second_factor_on when another request has confirmed one meanwhile. */
  async function storeUnconfirmed(userId: string, secret: string): Promise<void> {
    const started = { secret: sealed.seal(secret), confirmed: false, lastStep: 0, recoveryHashes: [], failures: 0 }
    const before = await factors.get(userId)
    if (before?.confirmed) throw alreadyOn()
    if (before) {
      if (!(await factors.change(before, started))) throw alreadyOn()
      return
    }
    const record = { ...started, userId, failuresSince: isoTime(clock.now()), version: 1 }
    await factors.create(record).catch((error: unknown) => {
      throw error instanceof DuplicateError ? alreadyOn() : error
    })
  }

  /** Throws wrong_code. */
  async function stepOfFirstCode({ secret }: SecondFactorRecord, code: string): Promise<number> {
    const opened = sealed.open(secret)
    const step = opened === null ? null : await stepOf(opened, code.replace(/\s/g, ''), clock.now())
    if (step === null) throw new DomainError('wrong_code')
    return step
  }

  return {
    isOn: async (userId: string): Promise<boolean> => (await factors.get(userId))?.confirmed === true,

    async stateOf(userId: string): Promise<Omit<SecondFactorState, 'required'>> {
      const factor = await factors.get(userId)
      if (!factor?.confirmed) return { on: false, recoveryCodes: 0 }
      return { on: true, recoveryCodes: factor.recoveryHashes.length }
    },

    /** A new secret, which has no effect until `confirm`. Throws second_factor_on. */
    async start(userId: string, account: string): Promise<StartedSecondFactor> {
      const secret = await newSecret()
      await storeUnconfirmed(userId, secret)
      return { secret, uri: await uriOf(secret, account) }
    },

    /** Turns it on, with the first code of the app. Throws wrong_code, second_factor_on or not_found. */
    async confirm(userId: string, code: string): Promise<RecoveryCodes> {
      const factor = await factors.get(userId)
      if (!factor) throw new DomainError('not_found', 'Start the second factor first.')
      if (factor.confirmed) throw alreadyOn()
      const lastStep = await stepOfFirstCode(factor, code)
      const { codes: recoveryCodes, hashes } = newRecoveryCodes()
      const change = { confirmed: true, lastStep, recoveryHashes: hashes, failures: 0 }
      if (!(await factors.change(factor, change))) throw alreadyOn()
      return { recoveryCodes }
    },

    /** The old ones end. Throws wrong_code or too_many_requests. */
    async renewRecoveryCodes(userId: string, code: string): Promise<RecoveryCodes> {
      const { factor } = await codes.use(userId, code)
      const { codes: recoveryCodes, hashes } = newRecoveryCodes()
      if (!(await factors.change(factor, { recoveryHashes: hashes }))) throw new DomainError('wrong_code')
      return { recoveryCodes }
    },

    /** Throws wrong_code or too_many_requests. */
    async turnOff(userId: string, code: string): Promise<void> {
      const { factor } = await codes.use(userId, code)
      if (!(await factors.delete(factor))) throw new DomainError('wrong_code')
    },

    /** Without a code, by an admin. Throws not_found when it is off. */
    async reset(userId: string): Promise<void> {
      if (!(await factors.reset(userId))) throw new DomainError('not_found', 'This person has no second factor.')
    },
  }
}
