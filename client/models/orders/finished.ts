import { finalStatuses, isFinal } from '#shared/order-status.ts'
import type { Workspace } from '../workspace.ts'

/** What a vendor has behind them, read when they look. */
export function createFinished({ me, orders, openFeed }: Pick<Workspace, 'me' | 'orders' | 'openFeed'>) {
  const feed = openFeed({ status: finalStatuses, limit: 30 })
  return {
    feed,
    list: orders.list(() => {
      const within = feed.within()
      return (order) => order.vendor?.id === me.id && isFinal(order.status) && within(order)
    }),
    start: () => feed.stop,
  }
}
