import type { Client, PublishPacket } from 'aedes'
import { mayPublish } from '../../auth/permissions.ts'
import type { Log } from '../../log.ts'
import type { Connections } from '../connections.ts'
import type { Reports } from '../reports.ts'

/** Nobody can subscribe to it: no role's filters contain a "$" topic, and MQTT-4.7.2-1 keeps wildcards away. */
const nowhere = '$nowhere'

const refusalsAllowed = 10

/**
 * What a client publishes is a report to the server and is never forwarded as it came: the server publishes what follows
 * from it. So every packet is sent nowhere, permitted or not, and still acknowledged, as MQTT 3.1.1 knows no refusal
 * (3.3.5.2) and a closed socket makes clients repeat it for ever. A client that is refused ten times is cut off.
 */
export function createPublish({ connections, reports, log }: { connections: Connections; reports: Reports; log: Log }) {
  return (client: Client | null, packet: PublishPacket): void => {
    const { topic, payload } = packet
    packet.topic = nowhere
    packet.payload = Buffer.alloc(0)
    packet.retain = false

    const connection = connections.of(client)
    if (!client || !connection) return
    if (mayPublish(connection.identity, topic)) return reports.take(connection, topic, Buffer.from(payload))

    connection.refused++
    const { id, role } = connection.identity
    log.warn({ topic, user: id, role, refused: connection.refused }, 'publication refused')
    // After its acknowledgement is on the way.
    if (connection.refused >= refusalsAllowed) setImmediate(() => client.close())
  }
}
