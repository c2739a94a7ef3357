import type { Who } from '#shared/actors.ts'
import type { Message } from '#shared/messages.ts'
import { maySeeMessage, viewFor, type View } from '../../auth/permissions.ts'
import { presentEvent } from '../../services/presenters.ts'
import type { OrderRecord } from '../../storage/store.ts'

interface OrderChange {
  order: OrderRecord
  /** ISO 8601: changes made since then may not have been published. */
  since: string | undefined
  /** Sent instead of the order, to those who may read it. */
  message: Message | undefined
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
  function attach(payload: Payload, sent: Pick<OrderChange, 'order' | 'since' | 'message' | 'serialised'>) {
    const { order, since, message, serialised } = sent
    payload[change] = { order, since, message, encoded: new Map(), serialised }
    return payload
  }

  function viewOf(receiver: Who, { order, since, message }: OrderChange): View {
    if (message) return maySeeMessage(receiver, order, message) ? 'full' : null
    return viewFor(receiver, order, since)
  }

  function encodedIn(view: NonNullable<View>, { order, message, encoded }: OrderChange): Buffer {
    const ready = encoded.get(view) ?? Buffer.from(JSON.stringify(message ?? presentEvent(order, view)))
    encoded.set(view, ready)
    return ready
  }

  return {
    /** The payload to publish on every topic of this change. */
    create: (order: OrderRecord, since?: string): Buffer =>
      attach(Buffer.alloc(0), { order, since, message: undefined, serialised: null }),

    /** The payload to publish for a message about the order. */
    createMessage: (message: Message, order: OrderRecord): Buffer =>
      attach(Buffer.alloc(0), { order, since: undefined, message, serialised: null }),

    /** The bytes that another node's `adopt` reads; other payloads as they are. */
    serialise(payload: Payload): Buffer {
      const found = payload[change]
      if (!found) return payload
      const { order, since, message } = found
      return (found.serialised ??= Buffer.from(JSON.stringify({ order, since, message })))
    },

    /** The payload to publish here for bytes that another node has serialised. */
    adopt(payload: Buffer): Buffer {
      const { order, since, message } = JSON.parse(payload.toString())
      return attach(payload, { order, since, message, serialised: payload })
    },

    /** What `receiver` may read of it; null for nothing, and for a payload without an order. */
    payloadFor(receiver: Who, payload: Payload): Buffer | null {
      const found = payload[change]
      const view = found && viewOf(receiver, found)
      return view ? encodedIn(view, found) : null
    },

    /** How many bytes of payload a receiver gets at most. */
    sizeOf(payload: Payload): number {
      const found = payload[change]
      return found ? encodedIn('full', found).length : payload.length
    },
  }
}
