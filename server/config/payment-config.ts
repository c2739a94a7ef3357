import { z } from '../lib/zod.ts'

/** How customers pay outside this server. */
export const paymentKeys = {
  BUSINESS_NAME: z.optional(z.string().check(z.maxLength(100, 'At most 100 characters'))),
  PAYMENT_LINK: z.optional(z.url({ protocol: /^https?$/, error: 'Not a URL (https://…)' })),
  PAYMENT_SECRET: z.optional(
    z
      .string()
      .check(z.regex(/^whsec_[A-Za-z0-9+/=_-]{16,}$/, 'The secret of the webhook as the provider shows it: whsec_…')),
  ),
}

const Payments = z.object(paymentKeys)

export interface PaymentConfig {
  /** `link`: the template of the payment link; `secret`: of the provider's events; null: none. */
  readonly payments: {
    readonly link: string | null
    readonly secret: string | null
    /** As receipts name it. */
    readonly business: string | null
  }
}

const linkValues = ['orderId', 'number', 'amount', 'amountDecimal', 'tip', 'currency']

/** Problems of combinations, each starting with the key. `raw`: the values as they are set. */
export function paymentProblems({ PAYMENT_LINK: link = '' }: Readonly<Record<string, string | undefined>>): string[] {
  const unknown = [...link.matchAll(/\{(\w*)\}/g)].flatMap(([all, name = '']) =>
    linkValues.includes(name) ? [] : [all],
  )
  if (unknown.length > 0)
    return [
      `PAYMENT_LINK: ${unknown.join(', ')} is unknown; there are ${linkValues.map((one) => `{${one}}`).join(', ')}`,
    ]
  return link && !/\{(orderId|number)\}/.test(link) ? ['PAYMENT_LINK: {orderId} must be in it'] : []
}

/** `values` may contain other settings. */
export const readPayments = ({
  PAYMENT_LINK: link,
  PAYMENT_SECRET: secret,
  BUSINESS_NAME: business,
}: z.infer<typeof Payments>): PaymentConfig => ({
  payments: Object.freeze({ link: link ?? null, secret: secret ?? null, business: business ?? null }),
})
