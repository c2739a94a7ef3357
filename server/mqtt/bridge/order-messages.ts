import type { BridgeTopics } from '#shared/bridge-topics.ts'
import { viewFor, type View } from '../../auth/permissions.ts'
import type { Identity } from '../../auth/sessions.ts'
import { asOf } from '../../services/order-changes.ts'
import { presentEvent } from '../../services/presenters.ts'
import type { OrderRecord } from '../../storage/store.ts'

/** A message to the other broker. */
export interface Message {
  topic: string
  payload: Buffer
  retain?: boolean
}

/** A device there, and whose it is. */
export interface Receiver {
  name: string
  identity: Identity
}

/**
 * The versions of an order that are still to be told, oldest first, each as it was. `sent`: the newest one that was sent;
 * when nothing is known of this order, all made at or after `since` are; without that the newest one alone.
 */
export function untoldVersions(order: OrderRecord, sent: number | undefined, since: string | undefined): OrderRecord[] {
  const first = sent === undefined ? firstSince(order, since) : sent + 1
  return Array.from({ length: Math.max(0, order.version - first + 1) }, (_, n) => asOf(order, first + n))
}

/** The history has one entry per version. The newest version counts whatever its time: a clock may have gone back. */
function firstSince({ history, version }: OrderRecord, since: string | undefined): number {
  const at = since === undefined ? -1 : history.findIndex((entry) => (entry.recordedAt ?? entry.at) >= since)
  return at < 0 ? version : at + 1
}

/** The messages for one version of an order: whole on the other broker's order topics, and per device in its vendor's view. */
export function orderMessages(topics: BridgeTopics, order: OrderRecord, receivers: readonly Receiver[]): Message[] {
  const isNew = order.version === 1
  const encoded = new Map<View, Buffer>()
  function inView(view: NonNullable<View>): Buffer {
    const payload = encoded.get(view) ?? Buffer.from(JSON.stringify(presentEvent(order, view)))
    encoded.set(view, payload)
    return payload
  }
  const toDevices = receivers.flatMap(({ name, identity }): Message[] => {
    const view = viewFor(identity, order)
    const topic = isNew ? topics.deviceOrdersNew(name) : topics.deviceOrdersUpdate(name)
    return view ? [{ topic, payload: inView(view) }] : []
  })
  return [{ topic: isNew ? topics.ordersNew : topics.ordersUpdate, payload: inView('full') }, ...toDevices]
}
