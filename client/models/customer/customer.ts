import { computed, createModel, effect, untracked } from '@preact/signals'
import { isFinal } from '#shared/order-status.ts'
import { createCart } from './cart.ts'
import type { CheckoutModel } from './checkout.ts'
import { createEndedOrders } from './ended-orders.ts'
import type { Workspace } from '../workspace.ts'

export type CustomerModel = InstanceType<typeof CustomerModel>

/** What a customer's pages share: the catalogue, the cart, the checkout, and this customer's orders. */
export const CustomerModel = createModel((workspace: Workspace) => {
  const { me, api, orders, catalogue, openFeed } = workspace
  const cart = createCart({ catalogue, customerId: me.id })
  let checkout: CheckoutModel | null = null
  effect(() => () => checkout?.[Symbol.dispose]())
  const feed = openFeed({ limit: 20 })
  const open = orders.list(() => (order) => !isFinal(order.status))
  const ended = createEndedOrders({ ...workspace, open, isReady: computed(() => feed.state.value === 'ready') })
  // The orders that another person has ended stay in their places among the three newest open ones.
  const current = orders.list(() => {
    const shown = new Set([...open.value.slice(0, 3), ...ended.ids.value])
    return ({ id }) => shown.has(id)
  })
  void catalogue.load()
  effect(() => feed.stop)
  const hasOpen = computed(() => open.value.length > 0)
  effect(() => {
    if (workspace.caughtUp.value > 0 && hasOpen.value) untracked(() => void workspace.messages.loadUnread())
  })

  return {
    catalogue,
    cart,
    /** Made once by the first page that needs it, as the start page does without its code. Components call useCheckout. */
    checkoutBy: (Checkout: typeof CheckoutModel): CheckoutModel =>
      (checkout ??= new Checkout({ api, orders, catalogue, cart, customerId: me.id })),
    feed,
    history: orders.list(() => feed.within.value),
    /** Orders that are not final. */
    open,
    ended,
    /** The orders on the start page: the newest open ones, and those that another person has ended. */
    current,
  }
})
