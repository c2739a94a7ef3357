import { createModel, effect } from '@preact/signals'
import { isFinal } from '#shared/order-status.ts'
import { createCart } from './cart.ts'
import { createCheckout } from './checkout.ts'
import type { Workspace } from '../workspace.ts'

export type CustomerModel = InstanceType<typeof CustomerModel>

/** What a customer's pages share: the catalogue, the cart, the checkout, and this customer's orders. */
export const CustomerModel = createModel(({ me, api, orders, catalogue, openFeed }: Workspace) => {
  const cart = createCart({ catalogue, customerId: me.id })
  const checkout = createCheckout({ api, orders, catalogue, cart, customerId: me.id })
  const feed = openFeed({ limit: 20 })
  void catalogue.load()
  effect(() => feed.stop)

  return {
    catalogue,
    cart,
    checkout,
    feed,
    history: orders.list(() => feed.within.value),
    /** Orders that are not final. */
    open: orders.list(() => (order) => !isFinal(order.status)),
  }
})
