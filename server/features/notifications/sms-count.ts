import { isoTime, type Clock } from '../../lib/clock.ts'
import { defineRecords, integer, nullable, text } from '../../storage/records.ts'
import { DuplicateError, type Store } from '../../storage/store.ts'

/** How many text messages were sent in a day (UTC): all, and to each phone. */
export const smsCountRecords = defineRecords({
  name: 'sms_counts',
  key: 'id',
  fields: { id: text(), sent: integer(), expiresAt: nullable(text()) },
  indexes: {},
  expires: 'expiresAt',
})

const day = 24 * 3_600_000

export interface SmsCountDependencies {
  store: Pick<Store, 'collection'>
  clock: Pick<Clock, 'now'>
}

/** Counts in the database, so that a restart and other nodes do not lift the limit. */
export function createSmsCount({ store, clock }: SmsCountDependencies) {
  const counts = store.collection(smsCountRecords)
  return {
    /** Counts one more today, unless there were `limit`: then resolves to false. */
    async add(what: string, limit: number): Promise<boolean> {
      const id = `${isoTime(clock.now()).slice(0, 10)} ${what}`
      for (;;) {
        const found = await counts.get(id)
        if (found && found.sent >= limit) return false
        if (found) {
          if (await counts.change(id, { sent: found.sent + 1 }, { sent: found.sent })) return true
          continue
        }
        try {
          await counts.create({ id, sent: 1, expiresAt: isoTime(clock.now() + 2 * day) })
          return true
        } catch (error) {
          if (!(error instanceof DuplicateError)) throw error
        }
      }
    },
    sweep: counts.sweep,
  }
}
