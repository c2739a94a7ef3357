import { plainAmount } from '#shared/currency.ts'
import type { OrderRecord } from '../../storage/store.ts'

type Payable = Pick<OrderRecord, 'id' | 'number' | 'totalAmount' | 'currency'>

/** The operator's template with the values of the order, percent-encoded. `tip`: in minor units, part of the amount. */
export function paymentLink(template: string, { id, number, totalAmount, currency }: Payable, tip: number): string {
  const values: Readonly<Record<string, string>> = {
    orderId: id,
    number,
    currency,
    amount: String(totalAmount + tip),
    amountDecimal: plainAmount(totalAmount + tip, currency),
    tip: String(tip),
  }
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name]
    return value === undefined ? placeholder : encodeURIComponent(value)
  })
}
