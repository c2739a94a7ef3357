import type { AedesPublishPacket, Client } from 'aedes'
import type { HeldLink } from '#shared/actors.ts'
import { isOrderTopic } from '#shared/topics.ts'
import { maySubscribe } from '../../auth/permissions.ts'
import { z } from '../../lib/zod.ts'
import type { Connections } from '../sessions/connections.ts'
import type { OrderPayloads } from '../outbound/order-payloads.ts'
import type { BrokerPersistence } from '../sessions/persistence.ts'

export interface ForwardDependencies {
  connections: Connections
  orderPayloads: OrderPayloads
  persistence: Pick<BrokerPersistence, 'isCurrent'>
}

const Positioned = z.object({ orderId: z.string() })

/**
 * Checks every delivery, live, retained or queued for a device: whether the receiver may read it, and for an order, in
 * which view. The packet may be shared with other receivers, so a view goes into a copy.
 */
export function createForward({ connections, orderPayloads, persistence }: ForwardDependencies) {
  let last: { packet: AedesPublishPacket; forwarded: AedesPublishPacket } | null = null

  return (client: Client, packet: AedesPublishPacket): AedesPublishPacket | null => {
    const identity = connections.of(client)?.identity
    if (!identity || !maySubscribe(identity, packet.topic)) return null
    // Aedes reads a retained message at SUBSCRIBE and sends it later. If it was replaced meanwhile, the subscriber already
    // has the newer one.
    if (packet.retain && !persistence.isCurrent(packet)) return null
    if (!isOrderTopic(packet.topic)) return isAbout(packet, identity.link) ? packet : null
    // Only queued messages of a device have a packet id here; they were stored in its view (persistence.ts).
    if (packet.messageId !== undefined && !client.clean) return packet
    const payload = Buffer.isBuffer(packet.payload) ? orderPayloads.payloadFor(identity, packet.payload) : null
    if (!payload) return null
    // Most receivers have the same view as the previous one.
    if (last?.packet !== packet || last.forwarded.payload !== payload)
      last = { packet, forwarded: { ...packet, payload } }
    return last.forwarded
  }
}

/** Whether the holder of a link may read it: positions name their order, and the customer may have others on the way. */
function isAbout({ payload }: AedesPublishPacket, link: HeldLink | undefined): boolean {
  if (!link) return true
  try {
    const { orderId } = Positioned.parse(JSON.parse(payload.toString()))
    return orderId === link.orderId
  } catch {
    return false
  }
}
