import { setTimeout as sleep } from 'node:timers/promises'
import { Order } from '#shared/orders.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { placeOrder } from '../../../server/testing/app.ts'
import { within, type Range } from '../config.ts'
import type { Record } from '../acknowledgements.ts'
import type { Tally } from '../counters.ts'
import type { Workload } from './workload.ts'
import type { Retry } from './retry.ts'
import type { Session } from './session.ts'

export interface CustomerOptions {
  session: Session
  name: string
  serviceId: string
  random: Random
  record: Record
  tally: Tally
  market: Workload
  patience: Retry
  orderEvery: Range
  isOver(): boolean
  onTrouble(words: string): void
}

/** Orders again and again, each submission under one key until it is answered; sometimes asks once more, sometimes cancels. */
export function createCustomer(options: CustomerOptions) {
  const { session, name, serviceId, random, record, tally, market, patience, isOver, orderEvery, onTrouble } = options
  const { api, me } = session
  const underWay = new Set<Promise<void>>()
  let submissions = 0

  async function submit() {
    const key = `${name}-${++submissions}`
    // The key is in the notes: there a second order of the same submission would be seen.
    const body = placeOrder(serviceId, { notes: key })
    const place = () => api.post('/orders', Order, body, { 'idempotency-key': key })
    const placed = await patience.untilAnswered(place)
    if (!placed) return
    if (!placed.done) return onTrouble(`the order ${key} was refused: ${placed.refusal.code}`)
    tally.orders++
    record.placed(key, me.id, placed.value)
    market.callOut(placed.value.id)
    if (random.chance(0.1)) await cancel(key, placed.value.id)
    if (!random.chance(0.15)) return
    await sleep(random.below(1_500))
    const again = await patience.untilAnswered(place)
    if (again?.done) record.placed(key, me.id, again.value)
    else if (again) onTrouble(`the order ${key} was refused when it was sent again: ${again.refusal.code}`)
  }

  async function cancel(key: string, orderId: string) {
    if (random.chance(0.6)) await sleep(random.below(1_200))
    const commandId = `cancel-${key}`
    const body = { status: 'cancelled', reason: commandId, commandId }
    const outcome = await patience.untilAnswered(() => api.patch(`/orders/${orderId}/status`, Order, body))
    if (!outcome?.done) return void tally.refusals++
    tally.changes++
    record.changed({ orderId, by: me.id, status: 'cancelled', commandId, version: null })
  }

  return async () => {
    while (!isOver()) {
      await sleep(within(random, orderEvery))
      if (isOver()) break
      const work: Promise<void> = submit().finally(() => underWay.delete(work))
      underWay.add(work)
      // Two at once at most: a person has two hands.
      if (underWay.size > 1) await Promise.race(underWay)
    }
    await Promise.all(underWay)
  }
}
