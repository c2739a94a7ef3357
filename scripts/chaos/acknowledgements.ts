import type { OrderStatus } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'

/** A change that the server acknowledged. `version`: the resulting version, if the response is unambiguous. */
export interface Acknowledged {
  orderId: string
  by: string
  status: OrderStatus
  commandId: string | null
  version: number | null
}

/** What was written into an order, or about it. */
export interface AcknowledgedText {
  orderId: string
  text: string
}

/** What was said of a payment or rating. `value`: no other has the same of this order. */
export interface AcknowledgedOutcome {
  orderId: string
  by: string
  field: 'payment' | 'rating'
  value: string
}

export type Acknowledgements = ReturnType<typeof createAcknowledgements>

/** Records every acknowledgement (2xx or ok reply), for the comparison at the end of the run. */
export function createAcknowledgements() {
  const orders = new Map<string, { customerId: string; responses: Order[] }>()
  const changes: Acknowledged[] = []
  const totals = new Map<string, number>()
  const refused = new Set<string>()
  const corrections: AcknowledgedText[] = []
  const messages: AcknowledgedText[] = []
  const photos: AcknowledgedText[] = []
  const outcomes: AcknowledgedOutcome[] = []
  return {
    /** All responses, by Idempotency-Key. */
    orders: orders as ReadonlyMap<string, { customerId: string; responses: readonly Order[] }>,
    changes: changes as readonly Acknowledged[],
    /** The total that each submission named, by Idempotency-Key. */
    totals: totals as ReadonlyMap<string, number>,
    /** Submissions that were refused at once and sent only once, so nothing of them may be stored. */
    refusedKeys: refused as ReadonlySet<string>,
    submitted: (key: string, expectedTotal: number) => void totals.set(key, expectedTotal),
    refused: (key: string) => void refused.add(key),
    placed(key: string, customerId: string, response: Order): void {
      const existing = orders.get(key)
      if (existing) existing.responses.push(response)
      else orders.set(key, { customerId, responses: [response] })
    },
    /** Corrections of the area. */
    corrections: corrections as readonly AcknowledgedText[],
    messages: messages as readonly AcknowledgedText[],
    /** By the id of the file. */
    photos: photos as readonly AcknowledgedText[],
    corrected: (orderId: string, text: string) => void corrections.push({ orderId, text }),
    outcomes: outcomes as readonly AcknowledgedOutcome[],
    outcome: (one: AcknowledgedOutcome) => void outcomes.push(one),
    written: (orderId: string, text: string) => void messages.push({ orderId, text }),
    photographed: (orderId: string, text: string) => void photos.push({ orderId, text }),
    changed: (change: Acknowledged) => void changes.push(change),
  }
}
