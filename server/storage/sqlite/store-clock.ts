import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../../lib/clock.ts'
import type { KeyValueStore } from '../store.ts'

const name = 'store-clock'

/** How far ahead the time is stored, in ms: that often it is written, and a start may begin that late. */
const ahead = 10_000

/** How long a reader waits until the time is stored, in ms: only writers wait for a disk that is slow or locked. */
const keepWithin = 50

/**
 * The clock that stamps the orders. No change may be stamped before a cursor that was given out, or readers would miss it. So
 * it stands still after the given clock was set back, until that has caught up; and a restarted server begins at a time that
 * the one before it had stored, beyond all cursors.
 */
export function createStoreClock(given: Clock) {
  let latest = -Infinity
  let stored = -Infinity
  let storing: Promise<void> | null = null
  const clock: Clock = { ...given, now: () => (latest = Math.max(latest, given.now())) }

  async function store({ put }: Pick<KeyValueStore, 'put'>): Promise<void> {
    const next = clock.now() + ahead
    await put(name, String(next))
    stored = next
  }

  return {
    clock,

    /** To be called before the first order is stamped. */
    async begin({ get }: Pick<KeyValueStore, 'get'>): Promise<void> {
      const text = await get(name)
      // null: no cursor was given out that could be later than this start.
      if (text === null) stored = clock.now()
      else latest = stored = Number(text)
    },

    /** The latest time that a cursor may have. */
    cursorsUntil: () => stored,

    /** Moves `cursorsUntil` beyond now, if that can be stored soon. */
    async keep(texts: Pick<KeyValueStore, 'put'>): Promise<void> {
      if (clock.now() <= stored) return
      storing ??= store(texts)
        .catch(() => {})
        .finally(() => (storing = null))
      await Promise.race([storing, setTimeout(keepWithin)])
    },
  }
}
