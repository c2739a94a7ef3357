import type { PaymentMethod } from '#shared/order-outcome.ts'
import { defineRecords, integer, nullable, text, type RecordOf } from '../../storage/records.ts'
import { DuplicateError, type Store } from '../../storage/store.ts'

/**
 * What a provider has told of one payment. Its refund may be told before it: `orderId` is empty until the order is known.
 * `amount` and `tip`: in minor units, the tip being part of the amount; null while only the refund is known.
 */
export const paymentRecords = defineRecords({
  name: 'payments',
  key: 'reference',
  fields: {
    reference: text(),
    orderId: text(),
    state: text<'paid' | 'refunded'>(),
    amount: nullable(integer()),
    tip: nullable(integer()),
    method: text<PaymentMethod>(),
    at: text(),
  },
  indexes: { byOrder: ['orderId'] },
})

export type PaymentRecord = RecordOf<typeof paymentRecords>

export type PaymentStore = ReturnType<typeof createPaymentStore>

export function createPaymentStore({ collection }: Pick<Store, 'collection'>) {
  const payments = collection(paymentRecords)
  return {
    get: payments.get,
    /** Stores what `next` makes of the payment as it is; the result. `next` runs again when another write was faster. */
    async update(reference: string, next: (before: PaymentRecord | null) => PaymentRecord): Promise<PaymentRecord> {
      for (;;) {
        const before = await payments.get(reference)
        const record = next(before)
        if (before) {
          const { state, orderId, amount } = before
          if (await payments.change(reference, record, { state, orderId, amount })) return record
          continue
        }
        try {
          await payments.create(record)
          return record
        } catch (error) {
          if (!(error instanceof DuplicateError)) throw error
        }
      }
    },
    async removeOfOrder(orderId: string): Promise<void> {
      for (const { reference } of await payments.list({ index: 'byOrder', where: { orderId } }))
        await payments.delete(reference)
    },
  }
}
