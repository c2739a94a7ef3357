import { setTimeout as sleep } from 'node:timers/promises'
import { isAssignable } from '#shared/order-status.ts'
import { Order, OrderList } from '#shared/orders.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { config, within } from '../config.ts'
import type { Record } from '../acknowledgements.ts'
import type { Tally } from '../counters.ts'
import type { Workload } from './workload.ts'
import type { Retry } from './retry.ts'
import type { Session } from './session.ts'

export interface AdminOptions {
  session: Session
  name: string
  vendorIds: readonly string[]
  random: Random
  record: Record
  tally: Tally
  market: Workload
  patience: Retry
  isOver(): boolean
}

/** Steps in now and then: assigns, takes an order from its vendor, cancels, each for the version that was read. */
export function createAdmin(options: AdminOptions) {
  const { session, name, vendorIds, random, record, tally, market, patience, isOver } = options
  const { api, me } = session
  let commands = 0

  async function assign({ id, version }: Order) {
    const vendorId = random.pick(vendorIds)
    const outcome = await patience.untilAnswered(() => api.post(`/orders/${id}/assign`, Order, { vendorId, version }))
    if (!outcome?.done) return void tally.refusals++
    tally.changes++
    record.changed({ orderId: id, by: me.id, status: 'accepted', commandId: null, version: outcome.value.version })
  }

  async function set({ id, version }: Order, status: 'pending' | 'cancelled') {
    const commandId = `${name}-${++commands}`
    const body = { status, version, reason: commandId, commandId }
    const outcome = await patience.untilAnswered(() => api.patch(`/orders/${id}/status`, Order, body))
    if (!outcome?.done) return void tally.refusals++
    tally.changes++
    record.changed({ orderId: id, by: me.id, status, commandId, version: null })
    if (status === 'pending') market.callOut(id)
  }

  async function stepIn() {
    const list = await api.get('/orders?limit=60&status=pending&status=accepted&status=on_the_way', OrderList)
    if (list.orders.length === 0) return
    const order = random.pick(list.orders)
    if (isAssignable(order.status) && random.chance(0.6)) return assign(order)
    if (order.status === 'pending') return set(order, 'cancelled')
    await set(order, random.chance(0.7) ? 'pending' : 'cancelled')
  }

  return async () => {
    while (!isOver()) {
      await sleep(within(random, config.people.adminEvery))
      if (!isOver()) await stepIn().catch(() => {})
    }
  }
}
