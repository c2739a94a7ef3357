import { setTimeout as sleep } from 'node:timers/promises'
import { Order, OrderList } from '#shared/orders.ts'
import { partyOf } from '#shared/order-status.ts'
import { nextPaymentStatuses } from '#shared/payments.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import type { Acknowledgements } from '../acknowledgements.ts'
import { config, within } from '../config.ts'
import type { Counters } from '../counters.ts'
import type { Retry } from './retry.ts'
import type { Session } from './session.ts'

export interface OutcomesOptions {
  session: Session
  name: string
  random: Random
  acknowledgements: Pick<Acknowledgements, 'outcome'>
  counters: Pick<Counters, 'payments' | 'refunds' | 'ratings' | 'refusals'>
  retry: Retry
  isFinishing(): boolean
}

/**
 * What people say of orders that were carried out: vendors that they were paid in cash, an admin that the money was given back,
 * customers how it was. Each says it once of an order, with a tip or a text that no other
 * order gets, until there is an answer.
 */
export function createOutcomes({
  session,
  name,
  random,
  acknowledgements,
  counters,
  retry,
  isFinishing,
}: OutcomesOptions) {
  const { api, me } = session
  const said = new Set<string>()
  let last = 0

  async function put(order: Order, field: 'payment' | 'rating', body: object, value: string): Promise<boolean> {
    said.add(order.id)
    const outcome = await retry.untilDefinite(() => api.put(`/orders/${order.id}/${field}`, Order, body))
    if (!outcome?.done) {
      counters.refusals++
      return false
    }
    acknowledgements.outcome({ orderId: order.id, by: me.id, field, value })
    return true
  }

  const doings: Record<typeof me.role, (order: Order) => Promise<void>> = {
    async vendor(order) {
      if (partyOf(me, order) !== 'its_vendor' || !nextPaymentStatuses(me, order).includes('paid')) return
      const tip = random.below(1_000_000_000)
      if (await put(order, 'payment', { status: 'paid', method: 'cash', tip }, `paid ${tip}`)) counters.payments++
    },
    async admin(order) {
      if (order.payment?.status !== 'paid' || random.chance(0.5)) return
      if (await put(order, 'payment', { status: 'refunded' }, 'refunded')) counters.refunds++
    },
    async customer(order) {
      if (order.status !== 'completed' || order.rating) return
      const text = `${name}-rating-${++last}`
      if (await put(order, 'rating', { stars: 1 + random.below(5), text }, text)) counters.ratings++
    },
  }

  async function look() {
    const list = await api.get('/orders?limit=30&status=completed&status=in_progress', OrderList)
    const others = list.orders.filter(({ id }) => !said.has(id))
    if (others.length > 0) await doings[me.role](random.pick(others))
  }

  return async () => {
    while (!isFinishing()) {
      await sleep(within(random, config.actors.outcomeEvery))
      if (!isFinishing()) await look().catch(() => {})
    }
  }
}
