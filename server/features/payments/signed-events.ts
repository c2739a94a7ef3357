import type { IncomingHttpHeaders } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { PaymentEvent } from '#shared/payments.ts'
import { DomainError } from '../../lib/errors.ts'
import { fieldErrors } from '../../lib/zod.ts'

const headerNames = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const

/** The event of a body that was signed as Standard Webhooks says. Throws bad_signature or invalid_request. */
export function verifiedEvent(body: unknown, headers: IncomingHttpHeaders, secret: string): PaymentEvent {
  const sent = Object.fromEntries(headerNames.map((name) => [name, String(headers[name] ?? '')]))
  let value: unknown
  try {
    value = new Webhook(secret).verify(typeof body === 'string' ? body : '', sent)
  } catch {
    throw new DomainError('bad_signature')
  }
  const parsed = PaymentEvent.safeParse(value)
  if (parsed.success) return parsed.data
  const errors = fieldErrors(parsed.error.issues)
  throw new DomainError('invalid_request', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), {
    errors,
  })
}
