import { OrderChanges } from '#shared/orders.ts'
import { ApiError, offlineError } from './api-error.ts'
import type { Api } from './api.ts'
import type { Feed } from './feed.ts'
import type { Orders } from './orders.ts'

export type CatchUp = ReturnType<typeof createCatchUp>

/**
 * Closes every gap between what this page knows and what is. Lists are read whenever a page wants them; the first
 * answer's `syncCursor`, a point before that reading, is kept. Once the subscriptions stand, `GET /orders?since=` brings
 * what changed between the two, and merging by version makes repeats harmless. The same call serves after every
 * reconnect, when the tab becomes visible, and once a minute.
 */
export function createCatchUp({ api, orders }: { api: Pick<Api, 'get'>; orders: Orders }) {
  const feeds = new Set<Feed>()
  let cursor: string | null = null
  let subscribed = false
  let expired = false

  async function run(): Promise<void> {
    if (expired) return readAfresh()
    await Promise.all([...feeds].filter((feed) => feed.state.peek() === 'failed').map((feed) => feed.load()))
    if (!cursor) return
    try {
      const changes = await api.get(`/orders?since=${encodeURIComponent(cursor)}`, OrderChanges)
      orders.takeAll(changes.orders)
      cursor = changes.syncCursor
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'cursor_expired')) throw error
      await readAfresh()
    }
  }

  async function readAfresh(): Promise<void> {
    expired = true
    cursor = null
    const reading = orders.startOver()
    const done = await Promise.all([...feeds].map((feed) => feed.load()))
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
      if (subscribed) void run().catch(() => {})
    },
    /** What is known was kept from before: none of it counts once the lists can be read. */
    outdated: () => void (expired = true),
    follow(feed: Feed): () => void {
      feeds.add(feed)
      return () => void feeds.delete(feed)
    },
  }
}
