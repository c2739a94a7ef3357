import type { IncomingHttpHeaders } from 'node:http'
import { isoTime } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import type { ProviderEvent } from './payments.service.ts'

/** Loaded with the first event: the library is large. */
const loadStripe = () => import('stripe').then(({ default: Stripe }) => Stripe)

/**
 * What a Stripe event says of a payment; null when it is none of an order. A checkout names the order as its
 * `client_reference_id` or in its metadata. A refund is of the whole payment only. Throws bad_signature.
 */
export async function stripeEvent(
  body: unknown,
  headers: IncomingHttpHeaders,
  secret: string,
): Promise<ProviderEvent | null> {
  const { webhooks } = await loadStripe()
  const event = constructed()
  const at = isoTime(event.created * 1000)
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded': {
      const session = event.data.object
      const orderId = session.client_reference_id ?? session.metadata?.orderId
      if (!orderId || session.payment_status !== 'paid') return null
      const tip = Number(session.metadata?.tip ?? Number.NaN)
      return {
        state: 'paid',
        reference: idOf(session.payment_intent) ?? session.id,
        orderId,
        amount: session.amount_total ?? 0,
        currency: (session.currency ?? '').toUpperCase(),
        ...(Number.isSafeInteger(tip) && tip >= 0 && { tip }),
        at,
      }
    }
    case 'charge.refunded': {
      const { id, payment_intent: intent, amount_refunded: amount, currency, refunded } = event.data.object
      const reference = idOf(intent) ?? id
      return { state: 'refunded', reference, amount, currency: currency.toUpperCase(), isPartial: !refunded, at }
    }
    default:
      return null
  }

  function constructed() {
    try {
      return webhooks.constructEvent(typeof body === 'string' ? body : '', headers['stripe-signature'] ?? '', secret)
    } catch {
      throw new DomainError('bad_signature')
    }
  }
}

const idOf = (object: string | { id: string } | null): string | null =>
  typeof object === 'string' ? object : (object?.id ?? null)
