import type { Client } from 'aedes'
import { maySubscribe } from '../../auth/permissions.ts'
import type { Log } from '../../lib/log.ts'
import type { Connections } from '../sessions/connections.ts'
import { limits } from '../limits.ts'
import { isTopicFilter } from '../inbound/topic-syntax.ts'

/**
 * Whether a client may subscribe to this filter. A refused filter gets 128; the others of the same packet stand
 * (MQTT-3.9.3). A client with too many refused filters is disconnected.
 */
export function createSubscribe({ connections, log }: { connections: Connections; log: Log }) {
  return (client: Client, filter: string): boolean => {
    const connection = connections.of(client)
    if (!connection || client.closed) return false
    const { identity, filters } = connection
    const allowed =
      isTopicFilter(filter) &&
      maySubscribe(identity, filter) &&
      (filters.has(filter) || filters.size < limits.subscriptions)
    if (allowed) {
      filters.add(filter)
      return true
    }
    const refused = ++connection.refusedFilters
    const named = filter.slice(0, limits.topicLength)
    if (refused <= limits.refusals)
      log.info({ filter: named, user: identity.id, role: identity.role, refused }, 'subscription refused')
    // After its SUBACK is written; further filters of a client that has sent thousands get none.
    if (refused === limits.refusedFilters) setImmediate(() => client.close())
    if (refused > limits.refusedFilters) client.close()
    return false
  }
}
