import { createModel, effect } from '@preact/signals'
import type { Workspace } from '../workspace.ts'

const finished = ['completed', 'cancelled'] as const

/** A vendor's finished jobs, read when the page opens. */
export const FinishedModel = createModel(({ me, orders, openFeed }: Pick<Workspace, 'me' | 'orders' | 'openFeed'>) => {
  const feed = openFeed({ status: finished, limit: 30 })
  effect(() => feed.stop)
  return {
    feed,
    list: orders.list(() => {
      const within = feed.within.value
      return (order) => order.vendor?.id === me.id && finished.some((one) => one === order.status) && within(order)
    }),
  }
})
