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

export type Acknowledgements = ReturnType<typeof createAcknowledgements>

/** Records every acknowledgement (2xx or ok reply), for the comparison at the end of the run. */
export function createAcknowledgements() {
  const orders = new Map<string, { customerId: string; responses: Order[] }>()
  const changes: Acknowledged[] = []
  const totals = new Map<string, number>()
  const refused = new Set<string>()
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
    changed: (change: Acknowledged) => void changes.push(change),
  }
}
