import { setTimeout as sleep } from 'node:timers/promises'
import { assignedStatus, isAssignable, isOffered, orderStatuses } from '#shared/order-status.ts'
import { Order, OrderList } from '#shared/orders.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { config, within } from '../config.ts'
import type { Acknowledgements } from '../acknowledgements.ts'
import type { Counters } from '../counters.ts'
import type { Workload } from './workload.ts'
import type { Retry } from './retry.ts'
import type { Session } from './session.ts'

export interface AdminOptions {
  session: Session
  name: string
  vendorIds: readonly string[]
  random: Random
  acknowledgements: Acknowledgements
  counters: Counters
  workload: Workload
  retry: Retry
  isFinishing(): boolean
}

const assignable = orderStatuses
  .filter(isAssignable)
  .map((status) => `&status=${status}`)
  .join('')

/** Intervenes at random times: assigns, releases or cancels an order, with the version it read. */
export function createAdmin(options: AdminOptions) {
  const { session, name, vendorIds, random, acknowledgements, counters, workload, retry, isFinishing } = options
  const { api, me } = session
  let commands = 0

  async function assign({ id, version }: Order) {
    const vendorId = random.pick(vendorIds)
    const outcome = await retry.untilDefinite(() => api.post(`/orders/${id}/assign`, Order, { vendorId, version }))
    if (!outcome?.done) return void counters.refusals++
    counters.changes++
    acknowledgements.changed({
      orderId: id,
      by: me.id,
      status: assignedStatus,
      commandId: null,
      version: outcome.value.version,
    })
  }

  async function set({ id, version }: Order, status: 'pending' | 'cancelled') {
    const commandId = `${name}-${++commands}`
    const body = { status, version, reason: commandId, commandId }
    const outcome = await retry.untilDefinite(() => api.patch(`/orders/${id}/status`, Order, body))
    if (!outcome?.done) return void counters.refusals++
    counters.changes++
    acknowledgements.changed({ orderId: id, by: me.id, status, commandId, version: null })
    if (status === 'pending') workload.announce(id)
  }

  async function intervene() {
    const list = await api.get(`/orders?limit=60${assignable}`, OrderList)
    if (list.orders.length === 0) return
    const order = random.pick(list.orders)
    if (isAssignable(order.status) && random.chance(0.6)) return assign(order)
    if (isOffered(order.status)) return set(order, 'cancelled')
    await set(order, random.chance(0.7) ? 'pending' : 'cancelled')
  }

  return async () => {
    while (!isFinishing()) {
      await sleep(within(random, config.actors.adminEvery))
      if (!isFinishing()) await intervene().catch(() => {})
    }
  }
}
