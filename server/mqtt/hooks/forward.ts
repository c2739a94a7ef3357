import type { AedesPublishPacket, Client } from 'aedes'
import { isOrderTopic } from '#shared/topics.ts'
import { maySubscribe } from '../../auth/permissions.ts'
import type { Connections } from '../sessions/connections.ts'
import type { OrderPayloads } from '../outbound/order-payloads.ts'
import type { BrokerPersistence } from '../sessions/persistence.ts'

export interface ForwardDependencies {
  connections: Connections
  orderPayloads: OrderPayloads
  persistence: Pick<BrokerPersistence, 'isCurrent'>
}

/**
 * The last look at every delivery, live, retained or kept for a device: whether this receiver may have it at all, and
 * for an order, in which view. The packet may be shared with other receivers, so a view goes into a copy.
 */
export function createForward({ connections, orderPayloads, persistence }: ForwardDependencies) {
  let last: { packet: AedesPublishPacket; forwarded: AedesPublishPacket } | null = null

  return (client: Client, packet: AedesPublishPacket): AedesPublishPacket | null => {
    const identity = connections.of(client)?.identity
    if (!identity || !maySubscribe(identity, packet.topic)) return null
    // It is read when somebody subscribes and sent a little later: one that was replaced meanwhile would come after the
    // newer one, which was sent to the same subscriber at once.
    if (packet.retain && !persistence.isCurrent(packet)) return null
    if (!isOrderTopic(packet.topic)) return packet
    // What was kept for a device was kept in its view, and is the only delivery that comes with a packet id (persistence.ts).
    if (packet.messageId !== undefined && !client.clean) return packet
    const payload = Buffer.isBuffer(packet.payload) ? orderPayloads.payloadFor(identity, packet.payload) : null
    if (!payload) return null
    // Most receivers have the view of the one before them.
    if (last?.packet !== packet || last.forwarded.payload !== payload)
      last = { packet, forwarded: { ...packet, payload } }
    return last.forwarded
  }
}
