import type { Payment } from '#shared/payments.ts'
import { t } from '../../i18n/index.ts'

/** "Paid, cash" */
export function paymentText({ status, method }: Payment): string {
  const texts = t().payments
  return status === 'unpaid'
    ? texts.statuses.unpaid
    : texts.statusAndMethod(texts.statuses[status], texts.methods[method])
}
