import type { Client } from 'aedes'
import { maySubscribe } from '../../auth/permissions.ts'
import type { Log } from '../../lib/log.ts'
import type { Connections } from '../sessions/connections.ts'
import { limits } from '../limits.ts'
import { isTopicFilter } from '../inbound/topic-syntax.ts'

/**
 * Whether a client may have this filter. A refusal is 128 for this one; the others of the same packet stand
 * (MQTT-3.9.3). Whoever goes on asking for what they may not have is closed.
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
    // After its acknowledgement is on the way; but whoever has sent thousands is not answered each of them.
    if (refused === limits.refusedFilters) setImmediate(() => client.close())
    if (refused > limits.refusedFilters) client.close()
    return false
  }
}
