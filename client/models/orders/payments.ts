import type { Payment, PaymentStatus } from '#shared/order-outcome.ts'
import { t } from '../../i18n/index.ts'

/** "Paid, cash" */
export function paymentText({ status, method, refunded }: Payment): string {
  if (status === 'paid' && refunded) return t().payments.partlyRefunded(t().payments.methods[method])
  return status === 'unpaid'
    ? t().payments.statuses.unpaid
    : t().payments.statusAndMethod(t().payments.statuses[status], t().payments.methods[method])
}

/** What each button says. */
export const markTexts = (): Record<PaymentStatus, string> => ({
  unpaid: t().payments.markUnpaid,
  paid: t().payments.markPaid,
  refunded: t().payments.markRefunded,
})
