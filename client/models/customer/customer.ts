import { isFinal } from '#shared/order-status.ts'
import { createCart } from './cart.ts'
import { createCatalogue } from './catalogue.ts'
import { createCheckout } from './checkout.ts'
import type { Workspace } from '../workspace.ts'

export type CustomerModel = ReturnType<typeof createCustomerModel>

/** What a customer's pages share: the catalogue, what is about to be ordered, and their orders. */
export function createCustomerModel({ me, api, orders, openFeed }: Workspace) {
  const catalogue = createCatalogue(api)
  const cart = createCart({ catalogue, customerId: me.id })
  const checkout = createCheckout({ api, orders, cart, customerId: me.id })
  const feed = openFeed({ limit: 20 })

  return {
    catalogue,
    cart,
    checkout,
    feed,
    history: orders.list(feed.within),
    /** Orders that are under way, for the way back to them from the catalogue. */
    open: orders.list(() => (order) => !isFinal(order.status)),
    start(): () => void {
      void catalogue.load()
      return () => {
        feed.stop()
        cart.stop()
        checkout.stop()
      }
    },
  }
}
