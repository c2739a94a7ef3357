import type { Actor } from '#shared/actors.ts'
import { viewFor, type View } from '../../auth/permissions.ts'
import { presentEvent } from '../../services/presenters.ts'
import type { OrderRecord } from '../../storage/store.ts'

interface Event {
  order: OrderRecord
  since: string | undefined
  encoded: Map<View, Buffer>
}

const known = Symbol('event')

/** What is known of the event hangs on the payload: what a WeakMap holds outlives every small collection of garbage. */
type Payload = Buffer & { [known]?: Event }

export type OrderPayloads = ReturnType<typeof createOrderPayloads>

/**
 * Inside the broker an order travels whole; each receiver is handed the view that is theirs. Whose view it is is decided
 * for every receiver, what it looks like is encoded once per event and view. Every receiver on a node gets the very
 * same payload buffer from Aedes, so it is the key to what is known of the event.
 */
export function createOrderPayloads() {
  function remember(payload: Payload, { order, since }: Pick<Event, 'order' | 'since'>) {
    payload[known] = { order, since, encoded: new Map() }
  }

  return {
    /** The payload to publish on every topic of this event. `since`: from when on changes may not have been told (ISO 8601). */
    encode(order: OrderRecord, since?: string): Buffer {
      const payload = Buffer.from(JSON.stringify({ order, since }))
      remember(payload, { order, since })
      return payload
    },

    /** Takes in a payload that another node's `encode` has made. */
    adopt: (payload: Buffer) => remember(payload, JSON.parse(payload.toString())),

    /** What `receiver` may read of it; null when that is nothing, or when it is no event. */
    payloadFor(receiver: Pick<Actor, 'id' | 'role'>, payload: Payload): Buffer | null {
      const event = payload[known]
      const view = event && viewFor(receiver, event.order, event.since)
      if (!event || !view) return null
      const ready = event.encoded.get(view) ?? Buffer.from(JSON.stringify(presentEvent(event.order, view)))
      event.encoded.set(view, ready)
      return ready
    },
  }
}
