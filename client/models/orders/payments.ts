import type { Payment, PaymentStatus } from '#shared/order-outcome.ts'
import { t } from '../../i18n/index.ts'

/** "Paid, cash" */
export function paymentText({ status, method }: Payment): string {
  const texts = t().payments
  return status === 'unpaid'
    ? texts.statuses.unpaid
    : texts.statusAndMethod(texts.statuses[status], texts.methods[method])
}

/** What each button says. */
export const markTexts = (): Record<PaymentStatus, string> => ({
  unpaid: t().payments.markUnpaid,
  paid: t().payments.markPaid,
  refunded: t().payments.markRefunded,
})
