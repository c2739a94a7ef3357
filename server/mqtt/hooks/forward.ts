import type { AedesPublishPacket, Client } from 'aedes'
import { isOrderTopic } from '#shared/topics.ts'
import { maySubscribe } from '../../auth/permissions.ts'
import type { Connections } from '../connections.ts'
import type { OrderEvents } from '../order-events.ts'

/**
 * The last look at every delivery, live, retained or kept for a device: whether this receiver may have it at all, and
 * for an order, in which view. The packet may be shared with other receivers, so a view goes into a copy.
 */
export function createForward({ connections, orderEvents }: { connections: Connections; orderEvents: OrderEvents }) {
  return (client: Client, packet: AedesPublishPacket): AedesPublishPacket | null => {
    const identity = connections.of(client)?.identity
    if (!identity || !maySubscribe(identity, packet.topic)) return null
    if (!isOrderTopic(packet.topic)) return packet
    // What was kept for a device was kept in its view, and is the only delivery that comes with a packet id (persistence.ts).
    if (packet.messageId !== undefined && !client.clean) return packet
    const payload = Buffer.isBuffer(packet.payload) ? orderEvents.payloadFor(identity, packet.payload) : null
    return payload && { ...packet, payload }
  }
}
