import { finalStatuses } from '#shared/order-status.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { createHourlySweep } from '../../lib/hourly-sweep.ts'
import type { Log } from '../../lib/log.ts'
import { endedAt } from '../../services/ended-at.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import type { Core, RemovedOrder } from '../feature.ts'
import type { Archive } from './archive.ts'

export interface RetentionDependencies {
  store: Pick<Store, 'orders' | 'purge'>
  /** null: orders are deleted. */
  archive: Pick<Archive, 'begin' | 'add'> | null
  /** How long finished orders stay, in seconds. */
  keepOrders: number
  ordersRemoved: Core['ordersRemoved']
  /** Whether this node may change the archive. */
  mayChange: () => boolean
  clock: Clock
  log: Log
}

/** Orders that are archived and removed together: writes of others wait for some ms. */
const pageSize = 50

/** Moves orders that were finished long ago out of the database, every hour, on the leader. */
export function createRetention(dependencies: RetentionDependencies) {
  const { store, archive, keepOrders, ordersRemoved, mayChange, clock, log } = dependencies
  let stopped = false
  let running = Promise.resolve()

  async function sweep(): Promise<void> {
    if (!mayChange()) return
    const until = isoTime(clock.now() - keepOrders * 1000)
    const query = { scope: { kind: 'all' }, statuses: finalStatuses, to: until, limit: pageSize } as const
    const gone: RemovedOrder[] = []
    let after: OrderRecord | undefined
    do {
      const page = await store.orders.list({ ...query, after })
      if (page.length > 0 && after === undefined) await archive?.begin()
      gone.push(...(await remove(page.filter((order) => (endedAt(order) ?? order.updatedAt) < until))))
      after = page.at(-1)
      await new Promise(setImmediate)
    } while (after && !stopped && mayChange())
    if (gone.length === 0) return
    await ordersRemoved(gone)
    await store.purge()
    log.info({ orders: gone.length, until, archived: archive !== null }, 'old orders left the database')
  }

  /** On the disk in the archive first; what was changed meanwhile stays. */
  async function remove(orders: OrderRecord[]): Promise<RemovedOrder[]> {
    if (orders.length === 0) return []
    await archive?.add(orders)
    const removed = new Set(await store.orders.remove(orders))
    return orders.flatMap(({ id, updatedAt }) => (removed.has(id) ? { id, updatedAt } : []))
  }

  const hourly = createHourlySweep({
    what: 'old orders',
    sweep: () => (running = running.catch(() => {}).then(sweep)),
    clock,
    log,
  })

  return {
    sweep,
    start: hourly.start,
    async stop(): Promise<void> {
      stopped = true
      hourly.stop()
      await running.catch(() => {})
    },
  }
}
