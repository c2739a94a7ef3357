import { effect } from '@preact/signals-core'
import { finalStatuses, isFinal, openStatuses } from '#shared/order-status.ts'
import { offlineError } from '../api-error.ts'
import type { Feed } from '../feed.ts'
import type { LiveModel } from '../live-model.ts'

/** Resolves as soon as `test`, which reads signals, is true. */
export const until = (test: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const stop = effect(() => {
      if (!test()) return
      queueMicrotask(() => {
        stop()
        resolve()
      })
    })
  })

/** The lists of a connection: every open order, and the newest `finished` ones. */
export function createLists({ openFeed, orders }: Pick<LiveModel, 'openFeed' | 'orders'>, finished: number) {
  const open = openFeed({ status: openStatuses, limit: 200 })
  const ended = finished > 0 ? openFeed({ status: finalStatuses, limit: Math.min(finished, 200) }) : null
  const endedIds = orders.list(
    () =>
      ({ status }) =>
        isFinal(status),
  )

  async function read(feed: Feed, pages: 'first' | 'all'): Promise<void> {
    await until(() => feed.state.value !== 'loading')
    if (feed.state.peek() === 'failed') throw feed.error.peek() ?? offlineError()
    while (pages === 'all' && feed.nextCursor.peek()) {
      await feed.loadOlder()
      const error = feed.error.peek()
      if (error) throw error
    }
  }

  return {
    feeds: [open, ...(ended ? [ended] : [])],
    /** Resolves when both lists have been read; rejects when the server could not be reached. */
    async read(): Promise<void> {
      await Promise.all([read(open, 'all'), ended && read(ended, 'first')])
    },
    /** Forgets the oldest of the finished orders, so that a display that runs for months does not grow. */
    forgetOldest(): void {
      for (const id of endedIds.peek().slice(finished)) orders.drop(id)
    },
  }
}
