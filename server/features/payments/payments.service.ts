import type { Actor } from '#shared/actors.ts'
import { partyOf } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import type { Payment, PaymentMethod } from '#shared/order-outcome.ts'
import {
  isPayable,
  nextPaymentStatuses,
  type ChangePayment,
  type OrderPayment,
  type PaymentOutcome,
} from '#shared/payments.ts'
import { viewFor } from '../../auth/permissions.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import type { OrderAmendments } from '../../services/order-amendments.ts'
import { presentOrder } from '../../services/presenters.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import { paymentLink } from './payment-link.ts'
import type { PaymentRecord, PaymentStore } from './payment-records.ts'

export interface PaymentsDependencies {
  payments: PaymentStore
  orders: Pick<Store['orders'], 'byId'>
  amendments: OrderAmendments
  /** null: no link is offered. */
  linkTemplate: string | null
  /** As it is on receipts; null: not told. */
  business: string | null
  clock: Clock
}

/** What a provider says of a payment, in one shape. A refund need not name its order. */
export interface ProviderEvent {
  state: PaymentRecord['state']
  reference: string
  orderId?: string
  amount: number
  currency: string
  tip?: number
  method?: PaymentMethod
  /** A refund of a part only. */
  isPartial?: boolean
  at?: string
}

export type PaymentsService = ReturnType<typeof createPaymentsService>

/** The author of what a provider tells. */
const server: Actor = { id: 'callout', name: 'Callout', role: 'admin' }

export function createPaymentsService(dependencies: PaymentsDependencies) {
  const { payments, orders, amendments, linkTemplate, business, clock } = dependencies
  const now = () => isoTime(clock.now())

  function changed(actor: Actor, order: OrderRecord, { status, method, tip }: ChangePayment): { payment?: Payment } {
    const { payment, totalAmount } = order
    const wanted = { status, method: method ?? payment?.method ?? 'cash', tip: tip ?? payment?.tip }
    const isSame = payment?.status === status && payment.method === wanted.method && payment.tip === wanted.tip
    if (isSame || (!payment && status === 'unpaid')) return {}
    const isNext = nextPaymentStatuses(actor, order).includes(status)
    // An admin also corrects how it was paid.
    if (!isNext && !(actor.role === 'admin' && payment?.status === status)) throw new DomainError('payment_refused')
    // Of a payment at the provider; money that is taken by hand is another one.
    const reference = status === 'paid' && payment?.status !== 'paid' ? undefined : payment?.reference
    return {
      payment: {
        status,
        method: wanted.method,
        amount: status === 'unpaid' ? 0 : payment?.status === 'paid' ? payment.amount : totalAmount,
        ...(wanted.tip && status !== 'unpaid' && { tip: wanted.tip }),
        ...(status === 'paid' && payment?.status === 'paid' && payment.refunded && { refunded: payment.refunded }),
        at: isNext ? now() : (payment?.at ?? now()),
        ...(reference !== undefined && { reference }),
      },
    }
  }

  /** Throws wrong_amount: no less than the total is taken as payment, and what exceeds it is the tip. */
  function tipOf({ amount, currency, tip }: ProviderEvent, { totalAmount, currency: expected }: OrderRecord): number {
    const rest = amount - totalAmount
    if (currency === expected && rest >= 0 && (tip ?? rest) === rest) return rest
    throw new DomainError(
      'wrong_amount',
      `The order costs ${totalAmount} ${expected}, and ${amount} ${currency} were paid.`,
      { totalAmount, currency: expected },
      { amount, paidIn: currency },
    )
  }

  async function orderOf(id: string): Promise<OrderRecord> {
    const order = await orders.byId(id)
    if (!order) throw new DomainError('not_found', 'There is no such order.')
    return order
  }

  /** Gives the order what is stored of the payment. Whatever was told of the same payment before is not told again. */
  async function apply(record: PaymentRecord): Promise<PaymentOutcome> {
    const { reference, orderId, state, amount, tip, method, at } = record
    const outcome: { result: PaymentOutcome } = { result: 'changed' }
    await amendments.amend(server, orderId, {}, ({ payment, totalAmount }) => {
      outcome.result = outcomeOf(record, payment)
      if (outcome.result !== 'changed') return {}
      return {
        payment: {
          status: state,
          method,
          amount: amount === null ? totalAmount : amount - (tip ?? 0),
          ...(tip && { tip }),
          at,
          reference,
        },
      }
    })
    return outcome.result
  }

  /** A part was given back: the order stays paid. `amount`: of all parts together. */
  async function applyPart(reference: string, orderId: string, amount: number): Promise<PaymentOutcome> {
    const outcome: { result: PaymentOutcome } = { result: 'outdated' }
    if (orderId === '') return outcome.result
    await amendments.amend(server, orderId, {}, ({ payment }) => {
      const isCurrent = payment?.status === 'paid' && payment.reference === reference
      outcome.result = !isCurrent ? 'outdated' : (payment.refunded ?? 0) >= amount ? 'repeated' : 'partial'
      return isCurrent && outcome.result === 'partial' ? { payment: { ...payment, refunded: amount } } : {}
    })
    return outcome.result
  }

  return {
    /**
     * Sets whether the order is paid: a vendor that it was, an admin anything. Throws not_found or payment_refused. The same
     * again changes nothing.
     */
    change: (actor: Actor, id: string, input: ChangePayment): Promise<Order> =>
      amendments.amend(actor, id, {}, (order) => changed(actor, order, input)),

    /** Throws not_found. The link is for its customer, and for admins who send it. */
    async of(actor: Actor, id: string, tip = 0): Promise<OrderPayment> {
      const order = await orders.byId(id)
      const view = order && viewFor(actor, order)
      if (!order || !view || view === 'gone') throw new DomainError('not_found', 'There is no such order.')
      const mayPay = ['its_customer', 'admin'].includes(partyOf(actor, order) ?? '') && isPayable(order)
      return {
        payment: presentOrder(order, view).payment ?? null,
        amount: order.totalAmount,
        currency: order.currency,
        business,
        link: linkTemplate && mayPay ? paymentLink(linkTemplate, order, tip) : null,
      }
    },

    /**
     * Takes what a provider tells. It may be told again, late, and a refund before its payment. Stored by the payment's
     * reference before the order is changed, so that a crash in between is made up for when it is told again. Throws
     * not_found or wrong_amount.
     */
    async told(event: ProviderEvent): Promise<{ result: PaymentOutcome; orderId: string }> {
      const { state, reference, amount, orderId = '' } = event
      const known = await payments.get(reference)
      if (known && known.orderId !== '' && orderId !== '' && known.orderId !== orderId)
        return { result: 'not_ours', orderId: known.orderId }
      const isPart = event.isPartial ?? (known?.amount !== null && known !== null && amount < known.amount)
      if (state === 'refunded' && isPart) {
        const paidOrder = known?.orderId || orderId
        return { result: await applyPart(reference, paidOrder, amount), orderId: paidOrder }
      }
      const at = event.at !== undefined && event.at < now() ? event.at : now()
      const isNew = state === 'paid' && (known?.amount ?? null) === null
      const tip = isNew ? tipOf(event, await orderOf(orderId)) : null
      const record = await payments.update(reference, (before) => ({
        reference,
        orderId: before?.orderId || orderId,
        state: before?.state === 'refunded' ? 'refunded' : state,
        amount: isNew ? amount : (before?.amount ?? null),
        tip: isNew ? tip : (before?.tip ?? null),
        method: event.method ?? before?.method ?? 'link',
        at: before && (before.state === state || before.state === 'refunded') ? before.at : at,
      }))
      if (record.orderId === '') return { result: 'outdated', orderId: '' }
      await orderOf(record.orderId)
      return { result: await apply(record), orderId: record.orderId }
    },
  }
}

/** What a provider's payment changes of an order. `current`: what the order has. */
function outcomeOf({ reference, state }: PaymentRecord, current: Payment | undefined): PaymentOutcome {
  if (current?.reference === reference)
    return state === 'paid' || current.status === 'refunded' ? 'repeated' : 'changed'
  // A payment that was refunded before it was told of counts only where no other one is known.
  if (current && state === 'refunded') return 'outdated'
  return current?.status === 'paid' ? 'already_paid' : 'changed'
}
