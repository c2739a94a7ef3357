import { equalInConstantTime } from '../../lib/constant-time.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import { defineRecords, integer, text, type RecordCollection, type RecordOf } from '../../storage/records.ts'
import { DuplicateError } from '../../storage/store.ts'

/** The wrong PINs of an order; forgotten after `until`. Stored, so that neither a restart nor another node gives more tries. */
export const pinTryRecords = defineRecords({
  name: 'pin_tries',
  key: 'orderId',
  fields: { orderId: text(), wrong: integer(), until: text() },
  indexes: {},
})

type PinTries = RecordOf<typeof pinTryRecords>

const mostWrong = 5
const lockedFor = 10 * 60_000

export interface PinTriesDependencies {
  tries: RecordCollection<PinTries, never>
  clock: Clock
}

export function createPinTries({ tries, clock }: PinTriesDependencies) {
  async function current(orderId: string): Promise<PinTries | null> {
    const stored = await tries.get(orderId)
    if (!stored || stored.until > isoTime(clock.now())) return stored
    await tries.delete(orderId, stored)
    return null
  }

  /** Counts one wrong PIN more before it is compared, so that parallel tries count too. Resolves to their number. */
  async function count(orderId: string): Promise<number> {
    const until = isoTime(clock.now() + lockedFor)
    for (;;) {
      const before = await current(orderId)
      if (before && before.wrong >= mostWrong) {
        const retryAfter = Math.max(1, Math.ceil((Date.parse(before.until) - clock.now()) / 1000))
        throw new DomainError('too_many_requests', `Too many wrong PINs. Try again in ${retryAfter} s.`, { retryAfter })
      }
      if (before) {
        const changed = await tries.change(orderId, { wrong: before.wrong + 1, until }, { wrong: before.wrong })
        if (changed) return changed.wrong
        continue
      }
      try {
        await tries.create({ orderId, wrong: 1, until })
        return 1
      } catch (error) {
        if (!(error instanceof DuplicateError)) throw error
      }
    }
  }

  return {
    /** Throws wrong_pin, and too_many_requests after five wrong ones for ten minutes. */
    async check(orderId: string, pin: string, given: string): Promise<void> {
      const wrong = await count(orderId)
      if (equalInConstantTime(pin, given)) {
        await tries.delete(orderId)
        return
      }
      const triesLeft = mostWrong - wrong
      throw new DomainError('wrong_pin', `This is not the customer's PIN. Tries left: ${triesLeft}.`, { triesLeft })
    },
    async forget(orderId: string): Promise<void> {
      await tries.delete(orderId)
    },
  }
}
