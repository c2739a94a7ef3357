import type { FeatureModule } from '../feature.ts'
import { createPaymentStore, paymentRecords } from './payment-records.ts'
import { createPaymentsService } from './payments.service.ts'
import { paymentRoutes } from './routes.ts'

/** Whether orders are paid: said by people, or by a payment provider. */
export const payments: FeatureModule = {
  name: 'payments',
  records: [paymentRecords],
  create({ store, amendments, settings, clock }) {
    const stored = createPaymentStore(store)
    const { link, secret, business } = settings.payments
    const service = createPaymentsService({
      payments: stored,
      orders: store.orders,
      amendments,
      linkTemplate: link,
      business,
      clock,
    })
    return {
      routes: paymentRoutes(service, secret),
      async ordersRemoved(orders) {
        for (const { id } of orders) await stored.removeOfOrder(id)
      },
    }
  },
}
