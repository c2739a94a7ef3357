import { signal, type ReadonlySignal } from '@preact/signals'
import type { OrderAction, OrderStatus } from '#shared/order-status.ts'
import { Order, OrderEvent } from '#shared/orders.ts'
import { ApiError, messageOf } from './api-error.ts'
import type { Api } from './api.ts'
import { say } from './notices.ts'
import type { Orders } from './orders.ts'
import { doneWords } from './words.ts'

export interface OrderActionsDependencies {
  api: Pick<Api, 'get' | 'patch' | 'post'>
  orders: Orders
  /** How people hear of it. */
  tell?: typeof say
}

export type OrderActions = ReturnType<typeof createOrderActions>

/**
 * What people do to orders. Nothing is shown as done before the server has said so; while it is asked, the order is in
 * `sending`. Every outcome is said in words, and a refusal brings the order as it really is.
 */
export function createOrderActions({ api, orders, tell = say }: OrderActionsDependencies) {
  const sending = signal<ReadonlySet<string>>(new Set())

  async function attempt(order: Order, action: OrderAction, request: () => Promise<Order>): Promise<boolean> {
    if (sending.peek().has(order.id)) return false
    sending.value = new Set(sending.peek()).add(order.id)
    try {
      const answer = await request()
      // A declined order is open still, for others: only this vendor's list loses it.
      if (action === 'decline') orders.dismiss(order.id, answer.version, 'Declined')
      else orders.take(answer)
      tell(doneWords[action])
      return true
    } catch (error) {
      if (error instanceof ApiError) await learnFrom(error, order)
      tell(messageOf(error), 'problem')
      return false
    } finally {
      const rest = new Set(sending.peek())
      rest.delete(order.id)
      sending.value = rest
    }
  }

  /** A conflict is news about the order: take it. */
  async function learnFrom(error: ApiError, order: Order): Promise<void> {
    const current = OrderEvent.safeParse(error.problem.order)
    if (current.success) return orders.take(current.data)
    if (error.code === 'already_taken') return orders.dismiss(order.id, order.version, 'Taken by another vendor')
    if (error.code === 'not_found') return orders.dismiss(order.id, order.version, 'No longer available')
    if (error.code === 'invalid_transition') {
      await api.get(`/orders/${order.id}`, Order).then(orders.take, () => {})
    }
  }

  return {
    sending: sending as ReadonlySignal<ReadonlySet<string>>,
    /** Resolves to whether it was done. Never rejects: what happened has been said. */
    change: (
      order: Order,
      action: OrderAction,
      status: OrderStatus,
      { reason, note }: { reason?: string; note?: string } = {},
    ) =>
      attempt(order, action, () =>
        api.patch(`/orders/${order.id}/status`, Order, {
          status,
          ...(reason ? { reason } : {}),
          ...(note ? { note } : {}),
          // An offer may have moved on because others declined it; that is no reason not to accept it.
          ...(action === 'accept' ? {} : { version: order.version }),
        }),
      ),
    assign: (order: Order, vendorId: string) =>
      attempt(order, 'assign', () =>
        api.post(`/orders/${order.id}/assign`, Order, { vendorId, version: order.version }),
      ),
  }
}
