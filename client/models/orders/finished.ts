import type { Workspace } from '../workspace.ts'

const finished = ['completed', 'cancelled'] as const

/** What a vendor has behind them, read when they look. */
export function createFinished({ me, orders, openFeed }: Pick<Workspace, 'me' | 'orders' | 'openFeed'>) {
  const feed = openFeed({ status: finished, limit: 30 })
  return {
    feed,
    list: orders.list(() => {
      const within = feed.within()
      return (order) => order.vendor?.id === me.id && finished.some((one) => one === order.status) && within(order)
    }),
    start: () => feed.stop,
  }
}
