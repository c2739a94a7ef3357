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

/** A device of the other broker and its identity. */
export interface Receiver {
  name: string
  identity: Identity
}

/**
 * The unsent versions of an order, oldest first, each as it was then. `sent` is the newest version sent. Without it, the
 * versions recorded at or after `since` are unsent; without both, only the newest version.
 */
export function unsentVersions(order: OrderRecord, sent: number | undefined, since: string | undefined): OrderRecord[] {
  const first = sent === undefined ? firstSince(order, since) : sent + 1
  return Array.from({ length: Math.max(0, order.version - first + 1) }, (_, n) => asOf(order, first + n))
}

/** The history has one entry per version. The newest version is always included, because a clock may have gone back. */
function firstSince({ history, version }: OrderRecord, since: string | undefined): number {
  const at = since === undefined ? -1 : history.findIndex((entry) => (entry.recordedAt ?? entry.at) >= since)
  return at < 0 ? version : at + 1
}

/** The messages for one version of an order: complete on the order topics, and per device in its vendor's view. */
export function orderMessages(topics: BridgeTopics, order: OrderRecord, receivers: readonly Receiver[]): Message[] {
  const isNew = order.version === 1
  const encoded = new Map<View, Buffer>()
  function payloadFor(view: NonNullable<View>): Buffer {
    const payload = encoded.get(view) ?? Buffer.from(JSON.stringify(presentEvent(order, view)))
    encoded.set(view, payload)
    return payload
  }
  const toDevices = receivers.flatMap(({ name, identity }): Message[] => {
    const view = viewFor(identity, order)
    const topic = isNew ? topics.deviceOrdersNew(name) : topics.deviceOrdersUpdate(name)
    return view ? [{ topic, payload: payloadFor(view) }] : []
  })
  return [{ topic: isNew ? topics.ordersNew : topics.ordersUpdate, payload: payloadFor('full') }, ...toDevices]
}
