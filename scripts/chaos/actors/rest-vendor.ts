import { setTimeout as sleep } from 'node:timers/promises'
import { isOffered } from '#shared/order-status.ts'
import { Order, OrderList } from '#shared/orders.ts'
import type { ApiError } from '../../../client/models/session/api-error.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { config, within } from '../config.ts'
import type { Acknowledgements } from '../acknowledgements.ts'
import type { Counters } from '../counters.ts'
import type { Workload } from './workload.ts'
import type { Retry } from './retry.ts'
import type { Session } from './session.ts'
import { createPhotos } from './photos.ts'
import { createVendorJobs, type CommandResult, type Command } from './vendor-jobs.ts'

export interface RestVendorOptions {
  session: Session
  name: string
  random: Random
  acknowledgements: Acknowledgements
  counters: Counters
  workload: Workload
  retry: Retry
  isFinishing(): boolean
}

/** A vendor on the REST API: competes for announced orders, and polls for open and unfinished ones. */
export function createRestVendor({
  session,
  name,
  random,
  acknowledgements,
  counters,
  workload,
  retry,
  isFinishing,
}: RestVendorOptions) {
  const { api, me } = session
  const addPhoto = createPhotos({ api, name, acknowledgements, counters, retry })

  async function send(orderId: string, command: Command): Promise<CommandResult | null> {
    const outcome = await retry.untilDefinite(() => api.patch(`/orders/${orderId}/status`, Order, command))
    if (!outcome) return null
    if (outcome.done) {
      if (random.chance(0.15)) await addPhoto(orderId)
      return { ok: true, version: outcome.value.version }
    }
    return { ok: false, code: outcome.refusal.code, version: versionIn(outcome.refusal) }
  }

  const jobs = createVendorJobs({
    vendorId: me.id,
    name,
    random,
    acknowledgements,
    counters,
    send,
    ordered: false,
    onReleased: workload.announce,
    isFinishing,
  })
  workload.onAnnounced((orderId) => {
    if (random.chance(0.7)) jobs.offer(orderId)
  })

  async function poll() {
    const query = '/orders?limit=60&status=pending&status=accepted&status=on_the_way&status=in_progress'
    const list = await api.get(query, OrderList).catch(() => null)
    for (const { id, status, version } of list?.orders.toReversed() ?? []) {
      if (isOffered(status)) jobs.offer(id)
      else jobs.resume(id, status, version)
    }
  }

  return async () => {
    while (!isFinishing()) {
      await sleep(within(random, config.actors.pollEvery))
      await poll()
    }
    await jobs.done()
  }
}

/** The current version of the order, if the refusal contains the order. */
export function versionIn({ problem: { order } }: ApiError): number | undefined {
  const parsed = Order.safeParse(order)
  return parsed.success ? parsed.data.version : undefined
}
