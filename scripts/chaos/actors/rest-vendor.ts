import { setTimeout as sleep } from 'node:timers/promises'
import { Order, OrderList } from '#shared/orders.ts'
import type { ApiError } from '../../../client/models/session/api-error.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { config, within } from '../config.ts'
import type { Record } from '../acknowledgements.ts'
import type { Tally } from '../counters.ts'
import type { Workload } from './workload.ts'
import type { Retry } from './retry.ts'
import type { Session } from './session.ts'
import { createWork, type Answered, type Command } from './vendor-jobs.ts'

export interface RestVendorOptions {
  session: Session
  name: string
  random: Random
  record: Record
  tally: Tally
  market: Workload
  patience: Retry
  isOver(): boolean
}

/** A vendor who works by REST: hears of offers and races for them, and now and then looks for what was left over. */
export function createRestVendor({
  session,
  name,
  random,
  record,
  tally,
  market,
  patience,
  isOver,
}: RestVendorOptions) {
  const { api, me } = session

  async function ask(orderId: string, command: Command): Promise<Answered | null> {
    const outcome = await patience.untilAnswered(() => api.patch(`/orders/${orderId}/status`, Order, command))
    if (!outcome) return null
    if (outcome.done) return { ok: true, version: outcome.value.version }
    return { ok: false, code: outcome.refusal.code, version: versionIn(outcome.refusal) }
  }

  const work = createWork({
    vendorId: me.id,
    name,
    random,
    record,
    tally,
    ask,
    ordered: false,
    onReleased: market.callOut,
    isOver,
  })
  market.listen((orderId) => {
    if (random.chance(0.7)) work.offered(orderId)
  })

  async function look() {
    const query = '/orders?limit=60&status=pending&status=accepted&status=on_the_way&status=in_progress'
    const list = await api.get(query, OrderList).catch(() => null)
    for (const { id, status, version } of list?.orders.toReversed() ?? []) {
      if (status === 'pending') work.offered(id)
      else work.found(id, status, version)
    }
  }

  return async () => {
    while (!isOver()) {
      await sleep(within(random, config.people.lookEvery))
      await look()
    }
    await work.done()
  }
}

/** The version an order is at, where a refusal brings the order. */
export function versionIn({ problem: { order } }: ApiError): number | undefined {
  const parsed = Order.safeParse(order)
  return parsed.success ? parsed.data.version : undefined
}
