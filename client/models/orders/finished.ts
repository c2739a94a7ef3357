import { createModel, effect } from '@preact/signals'
import { finalStatuses, isFinal } from '#shared/order-status.ts'
import type { Workspace } from '../workspace.ts'

/** A vendor's finished jobs, read when the page opens. */
export const FinishedModel = createModel(({ me, orders, openFeed }: Pick<Workspace, 'me' | 'orders' | 'openFeed'>) => {
  const feed = openFeed({ status: finalStatuses, limit: 30 })
  effect(() => feed.stop)
  return {
    feed,
    list: orders.list(() => {
      const within = feed.within.value
      return (order) => order.vendor?.id === me.id && isFinal(order.status) && within(order)
    }),
  }
})
