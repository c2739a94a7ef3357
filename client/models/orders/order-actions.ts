import { computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import type { Actor } from '#shared/actors.ts'
import { assignedStatus, type OrderAction, type OrderStatus } from '#shared/order-status.ts'
import { Order, OrderEvent } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { ApiError, messageOf } from '../session/api-error.ts'
import type { Api } from '../session/api.ts'
import { clock } from '../sync/clock.ts'
import type { OfflineChanges } from '../offline/offline-changes.ts'
import { showNotice } from '../ui/notices.ts'
import type { Orders } from './orders.ts'
import { createOutbox } from '../offline/outbox.ts'
import { randomKey } from '../session/random-key.ts'
import { applyPending, requestOf, type PendingChange } from './pending-changes.ts'
import { noteOf } from './progress.ts'

export interface OrderActionsDependencies {
  me: Actor
  api: Pick<Api, 'patch' | 'post'>
  orders: Orders
  /** Where steps wait while there is no connection; null: they do not wait. */
  kept: OfflineChanges | null
  /** How people hear of it. */
  tell?: typeof showNotice
  now?: () => number
  later?: (work: () => void, milliseconds: number) => unknown
}

/** Steps that waited for a connection and then could not be taken, of one order. */
export interface Conflict {
  /** Oldest first: the first was refused, the others were to follow it. */
  steps: readonly PendingChange[]
  why: string
}

export type OrderActions = ReturnType<typeof createOrderActions>

/** A second tap within this time, in ms, is the same tap: the button has become the next step's meanwhile. */
const oneTap = 500

/**
 * What people do to orders. A step is shown at once and sent; a refusal takes it back, says why and brings the order as
 * it really is. A vendor's steps wait where there is no connection; the others' do not, as what they saw grows old.
 */
export function createOrderActions({
  me,
  api,
  orders,
  kept,
  tell = showNotice,
  now = clock.now,
  later = setTimeout,
}: OrderActionsDependencies) {
  const sending = signal<ReadonlySet<string>>(new Set())
  const outbox = createOutbox({ send, kept, done, refused, later })

  function send(step: PendingChange): Promise<Order> {
    const path = `/orders/${encodeURIComponent(step.orderId)}`
    const { vendorId, version } = step
    if (vendorId === undefined) return api.patch(`${path}/status`, Order, requestOf(step))
    return api.post(`${path}/assign`, Order, { vendorId, ...(version === null ? {} : { version }) })
  }

  function done({ action, orderId, late }: PendingChange, answer: Order) {
    // A declined order is open still, for others: only this vendor's list loses it.
    if (action === 'decline') orders.dismiss(orderId, answer.version, t().orders.leaving.declined)
    else orders.take(answer)
    const text = t().orders.done[action]
    tell(late ? t().offline.sent(answer.number, text) : text)
  }

  function refused(error: unknown, [step]: readonly PendingChange[]): string {
    const why = reasonOf(error)
    if (error instanceof ApiError && step) learnFrom(error, step)
    // What had waited is shown until it has been read.
    if (!kept || !step?.late) tell(why, 'problem')
    return why
  }

  const conflicts = computed(() => {
    const orderIds = [...new Set(outbox.unread.value.map(({ orderId }) => orderId))]
    return orderIds.map((id): Conflict => {
      const steps = outbox.unread.value.filter(({ orderId }) => orderId === id)
      return { steps, why: steps.at(-1)?.refused ?? '' }
    })
  })

  /** Why not, in words about the order rather than the rules. */
  function reasonOf(error: unknown): string {
    if (!(error instanceof ApiError)) return messageOf(error)
    const texts = t().orders.refused
    const current = Order.safeParse(error.problem.order).data
    if (error.code === 'not_found') return texts.notYours
    if (error.code !== 'invalid_transition' || !current) return messageOf(error)
    const note = noteOf(current.history.at(-1))
    const status = t().orders.status[current.status]
    return note ? texts.statusNowBecause(status, note) : texts.statusNow(status)
  }

  /** A refusal is news about the order: take it. */
  function learnFrom({ code, problem }: ApiError, { orderId }: PendingChange): void {
    const current = OrderEvent.safeParse(problem.order)
    const version = orders.confirmed(orderId)?.version ?? 0
    const texts = t().orders.leaving
    if (code === 'already_taken') orders.dismiss(orderId, current.data?.version ?? version, texts.taken)
    else if (code === 'not_found') orders.dismiss(orderId, version, texts.unavailable)
    else if (current.success) orders.take(current.data)
  }

  /** Every order with steps under way looks as it will once they are applied. */
  let anticipating = new Set<string>()
  const stopShowing = effect(() => {
    const steps = outbox.steps.value
    const under = new Set(steps.map(({ orderId }) => orderId))
    for (const id of anticipating) if (!under.has(id)) orders.anticipate(id, null)
    for (const id of under) {
      const own = steps.filter(({ orderId }) => orderId === id)
      orders.anticipate(id, (order) => applyPending(order, own, me))
    }
    anticipating = under
  })

  async function attempt(step: PendingChange): Promise<boolean> {
    const { orderId } = step
    if (sending.peek().has(orderId)) return false
    sending.value = new Set(sending.peek()).add(orderId)
    const outcome = outbox.add(step)
    const settled = new Promise<void>((resolve) => void later(resolve, oneTap))
    void Promise.all([outcome, settled]).then(() => {
      const rest = new Set(sending.peek())
      rest.delete(orderId)
      sending.value = rest
    })
    if ((await outcome) === 'waiting') tell(t().offline.willBeSent, 'waiting')
    return (await outcome) !== 'refused'
  }

  /** `order` as it is shown: with the steps that are under way, which this one follows. */
  function stepOf(order: Order, action: OrderAction, status: OrderStatus, more: Partial<PendingChange>): PendingChange {
    const before = outbox.steps.peek().findLast(({ orderId }) => orderId === order.id)
    // An offer may have moved on because others declined it; that is no reason not to accept or decline it.
    const seen = action === 'accept' || action === 'decline' ? null : order.version
    return {
      commandId: randomKey(),
      orderId: order.id,
      number: order.number,
      action,
      status,
      version: before ? before.version && before.version + 1 : seen,
      occurredAt: new Date(now()).toISOString(),
      late: false,
      ...more,
    }
  }

  return {
    /** Orders with a step on its way. */
    sending: sending as ReadonlySignal<ReadonlySet<string>>,
    /** The steps that wait for a connection, oldest first. */
    steps: outbox.steps,
    conflicts,
    /** It has been read. */
    forget: ({ steps }: Conflict) => outbox.forget(steps),
    /** Resolves to whether it was done, or waits to be. Never rejects: what happened has been said. */
    change: (order: Order, action: OrderAction, status: OrderStatus, words: { reason?: string; note?: string } = {}) =>
      attempt(stepOf(order, action, status, words)),
    assign: (order: Order, vendorId: string) => attempt(stepOf(order, 'assign', assignedStatus, { vendorId })),
    /** There is a connection: what waits can be sent. */
    flush: outbox.flush,
    stop(): void {
      outbox.stop()
      stopShowing()
    },
  }
}
