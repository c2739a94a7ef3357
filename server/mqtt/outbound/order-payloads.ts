import type { Who } from '#shared/actors.ts'
import { viewFor, type View } from '../../auth/permissions.ts'
import { presentEvent } from '../../services/presenters.ts'
import type { OrderRecord } from '../../storage/store.ts'

interface OrderChange {
  order: OrderRecord
  /** ISO 8601: changes made since then may not have been published. */
  since: string | undefined
  encoded: Map<View, Buffer>
  serialised: Buffer | null
}

const change = Symbol('order change')

/** The order is a property of its payload: an entry of a WeakMap survives every minor garbage collection. */
type Payload = Buffer & { [change]?: OrderChange }

export type OrderPayloads = ReturnType<typeof createOrderPayloads>

/**
 * Inside the broker an order travels whole, as a property of an empty payload; each receiver gets the view it may read.
 * The view is chosen for every receiver and encoded once per change and view. Aedes passes the same payload buffer to
 * every receiver of a node, so the buffer's identity is the cache key. The whole order is serialised only for other nodes.
 */
export function createOrderPayloads() {
  function attach(payload: Payload, order: OrderRecord, since: string | undefined, serialised: Buffer | null) {
    payload[change] = { order, since, encoded: new Map(), serialised }
    return payload
  }

  function encodedIn(view: NonNullable<View>, { order, encoded }: OrderChange): Buffer {
    const ready = encoded.get(view) ?? Buffer.from(JSON.stringify(presentEvent(order, view)))
    encoded.set(view, ready)
    return ready
  }

  return {
    /** The payload to publish on every topic of this change. */
    create: (order: OrderRecord, since?: string): Buffer => attach(Buffer.alloc(0), order, since, null),

    /** The bytes that another node's `adopt` reads; other payloads as they are. */
    serialise(payload: Payload): Buffer {
      const found = payload[change]
      if (!found) return payload
      const { order, since } = found
      return (found.serialised ??= Buffer.from(JSON.stringify({ order, since })))
    },

    /** The payload to publish here for bytes that another node has serialised. */
    adopt(payload: Buffer): Buffer {
      const { order, since } = JSON.parse(payload.toString())
      return attach(payload, order, since, payload)
    },

    /** What `receiver` may read of it; null for nothing, and for a payload without an order. */
    payloadFor(receiver: Who, payload: Payload): Buffer | null {
      const found = payload[change]
      const view = found && viewFor(receiver, found.order, found.since)
      return view ? encodedIn(view, found) : null
    },

    /** How many bytes of payload a receiver gets at most. */
    sizeOf(payload: Payload): number {
      const found = payload[change]
      return found ? encodedIn('full', found).length : payload.length
    },
  }
}
