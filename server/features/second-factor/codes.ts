import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import type { FactorStore, SecondFactorRecord } from './factor-records.ts'
import { hashOfRecoveryCode } from './recovery-codes.ts'
import type { createSealedText } from '../../lib/sealed-text.ts'
import { stepOf } from './totp.ts'

/** Wrong codes of one account in `failurePeriod`: of a million codes three are right at a time. */
const mostFailures = 10
const failurePeriod = 15 * 60_000

/** What the code was, for the log. */
export type CodeKind = 'app' | 'recovery code'

export interface CodesDependencies {
  factors: FactorStore
  sealed: ReturnType<typeof createSealedText>
  clock: Pick<Clock, 'now'>
}

const wrongCode = (user: string) => new DomainError('wrong_code', undefined, {}, { user })

/** Checks codes. Each is accepted once. Failures are counted in the record, so that all nodes and restarts share the count. */
export function createCodes({ factors, sealed, clock }: CodesDependencies) {
  /** Counts an attempt before it is checked, so that parallel guesses count too. Throws too_many_requests. */
  async function countAttempt(userId: string): Promise<SecondFactorRecord> {
    for (;;) {
      const factor = await factors.get(userId)
      if (!factor?.confirmed) throw wrongCode(userId)
      const now = clock.now()
      const left = Date.parse(factor.failuresSince) + failurePeriod - now
      const failures = left > 0 ? factor.failures : 0
      if (failures >= mostFailures) {
        const retryAfter = Math.ceil(left / 1000)
        const detail = `Too many wrong codes. Try again in ${retryAfter} s.`
        throw new DomainError('too_many_requests', detail, { retryAfter }, { user: userId })
      }
      const failuresSince = failures === 0 ? isoTime(now) : factor.failuresSince
      const counted = await factors.change(factor, { failures: failures + 1, failuresSince })
      if (counted) return counted
    }
  }

  /** What the use of the code changes; null when it is wrong. */
  async function effectOf(factor: SecondFactorRecord, code: string): Promise<Partial<SecondFactorRecord> | null> {
    const digits = code.replace(/\s/g, '')
    if (/^\d{6}$/.test(digits)) {
      const secret = sealed.open(factor.secret)
      const step = secret === null ? null : await stepOf(secret, digits, clock.now())
      return step !== null && step > factor.lastStep ? { lastStep: step } : null
    }
    const used = hashOfRecoveryCode(code)
    if (!factor.recoveryHashes.includes(used)) return null
    return { recoveryHashes: factor.recoveryHashes.filter((hash) => hash !== used) }
  }

  return {
    /** Accepts a code and uses it up. Throws wrong_code or too_many_requests. */
    async use(userId: string, code: string): Promise<{ factor: SecondFactorRecord; kind: CodeKind }> {
      const counted = await countAttempt(userId)
      const effect = await effectOf(counted, code)
      // null: a concurrent attempt came first, maybe with the same code.
      const factor = effect && (await factors.change(counted, { ...effect, failures: 0 }))
      if (!factor) throw wrongCode(userId)
      return { factor, kind: effect.lastStep === undefined ? 'recovery code' : 'app' }
    },
  }
}
