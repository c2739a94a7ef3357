import { setTimeout as sleep } from 'node:timers/promises'
import { Message } from '#shared/messages.ts'
import { Order } from '#shared/orders.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { placeOrder } from '../../../server/testing/app.ts'
import { createBasket, type Basket } from './basket.ts'
import { createPhotos } from './photos.ts'
import { once } from './send.ts'
import { within, type Range } from '../config.ts'
import type { Acknowledgements } from '../acknowledgements.ts'
import type { Counters } from '../counters.ts'
import type { Workload } from './workload.ts'
import type { Retry } from './retry.ts'
import type { Session } from './session.ts'

export interface CustomerOptions {
  session: Session
  name: string
  serviceIds: readonly string[]
  random: Random
  acknowledgements: Acknowledgements
  counters: Counters
  workload: Workload
  retry: Retry
  orderEvery: Range
  isFinishing(): boolean
  onProblem(detail: string): void
}

/** Places orders, each with one Idempotency-Key until it gets a response. Repeats some requests; corrects, cancels and writes about some orders. */
export function createCustomer(options: CustomerOptions) {
  const {
    session,
    name,
    serviceIds,
    random,
    acknowledgements,
    counters,
    workload,
    retry,
    isFinishing,
    orderEvery,
    onProblem,
  } = options
  const { api, me } = session
  const pending = new Set<Promise<void>>()
  const addPhoto = createPhotos({ api, name, acknowledgements, counters, retry })
  const baskets = createBasket({ api, serviceIds, random })
  let submissions = 0

  async function submit(basket: Basket): Promise<void> {
    const key = `${name}-${++submissions}`
    // The notes carry the key, so that the comparison finds a second order of one submission.
    const body = placeOrder('', { ...basket, notes: key })
    const single = random.chance(0.7)
    let attempts = 0
    const place = () => {
      attempts++
      return api.post('/orders', Order, body, { 'idempotency-key': key, ...(single && once) })
    }
    acknowledgements.submitted(key, basket.expectedTotal)
    const placed = await retry.untilDefinite(place)
    if (!placed) return
    if (!placed.done) {
      const { code } = placed.refusal
      if (code !== 'price_changed' && code !== 'unknown_service' && code !== 'no_vendor_able')
        return onProblem(`the order ${key} was refused: ${code}`)
      if (single && attempts === 1) acknowledgements.refused(key)
      if (code === 'no_vendor_able') return void counters.ableRefusals++
      counters.priceRefusals++
      const now = baskets.corrected(basket, placed.refusal)
      return now && random.chance(0.7) ? submit(now) : undefined
    }
    counters.orders++
    acknowledgements.placed(key, me.id, placed.value)
    workload.announce(placed.value.id)
    if (random.chance(0.3)) await correct(key, placed.value.id)
    if (random.chance(0.3)) await write(key, placed.value.id)
    if (random.chance(0.15)) await addPhoto(placed.value.id)
    if (random.chance(0.1)) await cancel(key, placed.value.id)
    if (!random.chance(0.15)) return
    await sleep(random.below(1_500))
    const repeated = await retry.untilDefinite(place)
    if (repeated?.done) acknowledgements.placed(key, me.id, repeated.value)
    else if (repeated) onProblem(`the order ${key} was refused when it was repeated: ${repeated.refusal.code}`)
  }

  async function shop() {
    const basket = await baskets.next()
    if (basket) await submit(basket)
  }

  /** The area is the key, so that the comparison finds the correction in the history. */
  async function correct(key: string, orderId: string) {
    if (random.chance(0.6)) await sleep(random.below(1_200))
    const body = { contact: { area: key } }
    const outcome = await retry.untilDefinite(() => api.patch(`/orders/${orderId}`, Order, body))
    if (!outcome?.done) return void counters.refusals++
    counters.corrections++
    acknowledgements.corrected(orderId, key)
  }

  /** The text is the key, and so is the id of the message: however often it is sent, it is stored once. */
  async function write(key: string, orderId: string) {
    const outcome = await retry.untilDefinite(() =>
      api.post(`/orders/${orderId}/messages`, Message, { id: key, text: key }),
    )
    if (!outcome?.done) return void counters.refusals++
    counters.messages++
    acknowledgements.written(orderId, key)
  }

  async function cancel(key: string, orderId: string) {
    if (random.chance(0.6)) await sleep(random.below(1_200))
    const commandId = `cancel-${key}`
    const body = { status: 'cancelled', reason: commandId, commandId }
    const outcome = await retry.untilDefinite(() => api.patch(`/orders/${orderId}/status`, Order, body))
    if (!outcome?.done) return void counters.refusals++
    counters.changes++
    acknowledgements.changed({ orderId, by: me.id, status: 'cancelled', commandId, version: null })
  }

  return async () => {
    while (!isFinishing()) {
      await sleep(within(random, orderEvery))
      if (isFinishing()) break
      const work: Promise<void> = shop().finally(() => pending.delete(work))
      pending.add(work)
      // At most two submissions at the same time.
      if (pending.size > 1) await Promise.race(pending)
    }
    await Promise.all(pending)
  }
}
