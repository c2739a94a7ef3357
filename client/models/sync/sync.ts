import * as z from 'zod/mini'
import { OrderChanges, OrderEvent } from '#shared/orders.ts'
import { ApiError, isTransient, offlineError } from '../session/api-error.ts'
import type { Api } from '../session/api.ts'
import type { Feed } from './feed.ts'
import type { Orders } from '../orders/orders.ts'
import { inChunks } from './chunks.ts'

/** After a night without a network they are thousands: the orders are checked as they are taken in, a slice at a time. */
const Changes = z.extend(OrderChanges, { orders: z.array(z.unknown()) })

export type Sync = ReturnType<typeof createSync>

/**
 * Closes every gap between what this page knows and what is. Lists are read whenever a page wants them; the first
 * answer's `syncCursor`, a point before that reading, is kept. Once the subscriptions stand, `GET /orders?since=` brings
 * what changed between the two, and merging by version makes repeats harmless. The same call serves after every
 * reconnect, when the tab becomes visible, and once a minute.
 */
export function createSync({ api, orders }: { api: Pick<Api, 'get'>; orders: Orders }) {
  const feeds = new Set<Feed>()
  let cursor: string | null = null
  let subscribed = false
  let expired = false
  let running = 0
  let newest = Promise.resolve()
  let runs = 0

  /**
   * A new one does not wait for one before it, which may hang on a network that is gone; whatever that still brings is
   * merged like anything else, and its caller is told when the newest is done.
   */
  function run(): Promise<void> {
    const mine = ++runs
    running++
    const done = closeGap(() => mine === runs).finally(() => void running--)
    newest = done
    return done.then(() => (mine === runs ? undefined : newest))
  }

  async function closeGap(isNewest: () => boolean): Promise<void> {
    if (expired) return readAfresh(isNewest)
    const failed = [...feeds].filter((feed) => feed.state.peek() === 'failed')
    await Promise.all(failed.map((feed) => feed.load()))
    // What could not be read yet is not known to be current.
    if (failed.some((feed) => feed.state.peek() === 'failed' && isTransient(feed.error.peek()))) throw offlineError()
    if (!cursor) return
    try {
      const changes = await api.get(`/orders?since=${encodeURIComponent(cursor)}`, Changes)
      // They mostly come oldest first, and what is newest is what is looked at: backwards, the screen changes once.
      const newestFirst = changes.orders.toReversed()
      await inChunks(newestFirst, (slice) => orders.takeAll(slice.map((order) => OrderEvent.parse(order))))
      cursor = changes.syncCursor
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'cursor_expired')) throw error
      await readAfresh(isNewest)
    }
  }

  async function readAfresh(isNewest: () => boolean): Promise<void> {
    expired = true
    cursor = null
    const reading = orders.startOver()
    const done = await Promise.all([...feeds].map((feed) => feed.load()))
    if (!isNewest()) return
    if (!done.every(Boolean)) throw offlineError()
    reading.finish()
    expired = false
  }

  return {
    run,
    subscribed: (yes: boolean) => void (subscribed = yes),
    /** A list was read. Only the first cursor counts: it lies before all of them. */
    offer(syncCursor: string): void {
      if (cursor) return
      cursor = syncCursor
      // The list may have been read before the subscription stood and have arrived after it was caught up.
      if (subscribed && running === 0) void run().catch(() => {})
    },
    /** What is known was kept from before: none of it counts once the lists can be read. */
    outdated: () => void (expired = true),
    follow(feed: Feed): () => void {
      feeds.add(feed)
      return () => void feeds.delete(feed)
    },
  }
}
