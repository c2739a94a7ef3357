import type { OrderStatus } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'

/** A change that the server has said yes to. `version`: the one it led to, where the answer said so for sure. */
export interface Acknowledged {
  orderId: string
  by: string
  status: OrderStatus
  commandId: string | null
  version: number | null
}

export type Record = ReturnType<typeof createRecord>

/** What the server has promised: every 2xx and every ok reply is written down here, to be found again at the end. */
export function createRecord() {
  const orders = new Map<string, { customerId: string; answers: Order[] }>()
  const changes: Acknowledged[] = []
  return {
    /** By Idempotency-Key, every answer there was. */
    orders: orders as ReadonlyMap<string, { customerId: string; answers: readonly Order[] }>,
    changes: changes as readonly Acknowledged[],
    placed(key: string, customerId: string, answer: Order): void {
      const known = orders.get(key)
      if (known) known.answers.push(answer)
      else orders.set(key, { customerId, answers: [answer] })
    },
    changed: (change: Acknowledged) => void changes.push(change),
  }
}
