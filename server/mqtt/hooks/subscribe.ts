import type { Client } from 'aedes'
import { maySubscribe } from '../../auth/permissions.ts'
import type { Log } from '../../log.ts'
import type { Connections } from '../connections.ts'
import { limits } from '../limits.ts'
import { isTopicFilter } from '../topic-syntax.ts'

/** Whether a client may have this filter. A refusal is 128 for this one; the others of the same packet stand (MQTT-3.9.3). */
export function createSubscribe({ connections, log }: { connections: Connections; log: Log }) {
  return (client: Client, filter: string): boolean => {
    const connection = connections.of(client)
    if (!connection) return false
    const { identity, filters } = connection
    const allowed =
      isTopicFilter(filter) &&
      maySubscribe(identity, filter) &&
      (filters.has(filter) || filters.size < limits.subscriptions)
    if (allowed) filters.add(filter)
    else
      log.info(
        { filter: filter.slice(0, limits.topicLength), user: identity.id, role: identity.role },
        'subscription refused',
      )
    return allowed
  }
}
