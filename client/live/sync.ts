import * as z from 'zod/mini'
import { OrderChanges, OrderEvent } from '#shared/orders.ts'
import { ApiError, isTransient, offlineError } from './api-error.ts'
import type { Api } from './api.ts'
import type { Feed } from './feed.ts'
import type { Orders } from './orders.ts'
import { inChunks } from './chunks.ts'

/** There may be thousands of changes: orders are validated when they are applied, in chunks. */
const Changes = z.extend(OrderChanges, { orders: z.array(z.unknown()) })

export type Sync = ReturnType<typeof createSync>

/**
 * Reads the changes that this page has missed. The first list that is read returns a `syncCursor`, a point in time before
 * that read. After subscribing, `GET /orders?since=` returns what has changed since the cursor; duplicates are ignored by
 * version. The same call follows every reconnect, the tab becoming visible, and every minute.
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
   * A run does not wait for an earlier one, which may hang on a lost network. What the earlier one still returns is merged
   * as well, and its promise resolves when the newest run has finished.
   */
  function run(): Promise<void> {
    const mine = ++runs
    running++
    const done = closeGap(() => mine === runs).finally(() => void running--)
    newest = done
    return done.then(() => (mine === runs ? undefined : newest))
  }

  async function closeGap(isNewest: () => boolean): Promise<void> {
    if (expired) return reloadFeeds(isNewest)
    const failed = [...feeds].filter((feed) => feed.state.peek() === 'failed')
    await Promise.all(failed.map((feed) => feed.load()))
    // A list that could not be read may be out of date.
    if (failed.some((feed) => feed.state.peek() === 'failed' && isTransient(feed.error.peek()))) throw offlineError()
    if (!cursor) return
    try {
      cursor = await readChanges(cursor)
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'cursor_expired')) throw error
      await reloadFeeds(isNewest)
    }
  }

  /** Reads the pages of the changes one after the other; resolves to the cursor for the next time. */
  async function readChanges(since: string): Promise<string> {
    let page = ''
    for (;;) {
      const changes = await api.get(`/orders?since=${encodeURIComponent(since)}${page}`, Changes)
      // Changes come oldest first, mostly. Applied backwards, the newest orders at the top of the screen change once.
      const newestFirst = changes.orders.toReversed()
      await inChunks(newestFirst, (chunk) => orders.applyAll(chunk.map((order) => OrderEvent.parse(order))))
      if (changes.nextCursor === null) return changes.syncCursor
      page = `&cursor=${encodeURIComponent(changes.nextCursor)}`
    }
  }

  async function reloadFeeds(isNewest: () => boolean): Promise<void> {
    expired = true
    cursor = null
    const reading = orders.beginReload()
    const done = await Promise.all([...feeds].map((feed) => feed.load()))
    if (!isNewest()) return
    if (!done.every(Boolean)) throw offlineError()
    reading.finish()
    expired = false
  }

  return {
    run,
    subscribed: (yes: boolean) => void (subscribed = yes),
    /** Called with the cursor of each list that was read. Only the first counts: it lies before all others. */
    offerCursor(syncCursor: string): void {
      if (cursor) return
      cursor = syncCursor
      // The list may have been read before the subscription and have arrived after the missed changes.
      if (subscribed && running === 0) void run().catch(() => {})
    },
    /** The orders come from offline storage: the next run reloads all lists and drops the orders that are not in them. */
    expire: () => void (expired = true),
    follow(feed: Feed): () => void {
      feeds.add(feed)
      return () => void feeds.delete(feed)
    },
  }
}
