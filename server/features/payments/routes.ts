import { roles } from '#shared/actors.ts'
import { Order } from '#shared/orders.ts'
import {
  ChangePayment,
  OrderPayment,
  PaymentEvent,
  PaymentQuery,
  PaymentResult,
  StripeEvent,
} from '#shared/payments.ts'
import { DomainError } from '../../lib/errors.ts'
import { only, open, type Reply, type Route } from '../../http/route.ts'
import type { PaymentsService, ProviderEvent } from './payments.service.ts'
import { verifiedEvent } from './signed-events.ts'
import { stripeEvent } from './stripe-events.ts'

/** `secret`: signs the events of the payment provider; null: none is taken. */
export const paymentRoutes = ({ change, of, told }: PaymentsService, secret: string | null): Route[] => {
  function requiredSecret(): string {
    if (secret === null) throw new DomainError('not_found', 'No payment provider is configured.')
    return secret
  }

  async function take(event: ProviderEvent | null): Promise<Reply> {
    if (!event) return { status: 200, body: { result: 'not_ours' } satisfies PaymentResult }
    const { result, orderId } = await told(event)
    const { state, reference, amount, currency } = event
    const isWorthReading = ['changed', 'already_paid', 'partial'].includes(result)
    return {
      status: 200,
      body: { result },
      ...(isWorthReading && {
        log: { message: `payment ${state}: ${result}`, order: orderId, reference, amount, currency },
      }),
    }
  }

  return [
    only(
      roles,
      {
        method: 'get',
        path: '/orders/:id/payment',
        query: PaymentQuery,
        tokens: 'any',
        link: 'read',
        summary: 'What an order costs, whether it is paid, and where its customer pays',
        reply: { 200: OrderPayment },
        errors: ['not_found'],
      },
      async ({ identity, param, query }) => ({ status: 200, body: await of(identity, param('id'), query.tip) }),
    ),

    only(
      ['vendor', 'admin'],
      {
        method: 'put',
        path: '/orders/:id/payment',
        body: ChangePayment,
        devices: true,
        tokens: 'integration',
        summary: 'Says that an order was paid, as its vendor; admins also that it was refunded or is unpaid',
        reply: { 200: Order },
        errors: ['not_found', 'payment_refused'],
      },
      async ({ identity, param, body }) => {
        const order = await change(identity, param('id'), body)
        const { id, number, payment } = order
        return {
          status: 200,
          body: order,
          ...(identity.role === 'admin' && {
            log: { message: 'payment changed', order: id, number, status: payment?.status ?? 'unpaid' },
          }),
        }
      },
    ),

    open(
      {
        method: 'post',
        path: '/payments/webhook',
        signedBody: PaymentEvent,
        summary: 'What a payment provider tells, signed as Standard Webhooks says',
        reply: { 200: PaymentResult },
        errors: ['bad_signature', 'not_found', 'wrong_amount'],
      },
      async ({ request }) => {
        const { type, timestamp: at, data } = verifiedEvent(request.body, request.headers, requiredSecret())
        return take({ ...data, state: type === 'payment.paid' ? 'paid' : 'refunded', ...(at && { at }) })
      },
    ),

    open(
      {
        method: 'post',
        path: '/payments/stripe',
        signedBody: StripeEvent,
        summary: 'The same by Stripe, which signs in its own way',
        reply: { 200: PaymentResult },
        errors: ['bad_signature', 'not_found', 'wrong_amount'],
      },
      async ({ request }) => take(await stripeEvent(request.body, request.headers, requiredSecret())),
    ),
  ]
}
