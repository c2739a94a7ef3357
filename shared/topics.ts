/** Every topic string of the system is made here, and nowhere else. */
export const topics = {
  /** Orders just placed, in the receiver's view. */
  ordersNew: 'orders/new',
  /** Orders after any change, in the receiver's view. */
  ordersUpdate: 'orders/update',
  /** One customer's orders, new or changed. */
  customerOrders: (customerId: string) => `customers/${customerId}/orders`,
  /** In: a vendor's own report. Out: every change of presence. */
  vendorStatus: 'vendor/status',
  /** The same object, retained, one topic a vendor. */
  vendorStatusOf: (vendorId: string) => `vendor/status/${vendorId}`,
  /** In: a vendor's position. Out: the same with who and when. */
  vendorLocation: 'vendor/location',
  /** Where a customer's vendor is while on the way. */
  customerTracking: (customerId: string) => `customers/${customerId}/tracking`,
  /** In: a command to an order. Out: one that was applied. */
  orderStatus: (orderId: string) => `orders/${orderId}/status`,
  /** Answers to what a device or a page has published. */
  replies: (userId: string) => `users/${userId}/replies`,
} as const

/** Filters an admin's screen uses. */
export const filters = {
  everyVendorStatus: 'vendor/status/+',
} as const

/** Whether what travels on this topic is an order, and so must be shown in its receiver's view. */
export function isOrderTopic(topic: string): boolean {
  return topic === topics.ordersNew || topic === topics.ordersUpdate || /^customers\/[^/]+\/orders$/.test(topic)
}

/** The order a command topic (`orders/{orderId}/status`) names, or null when it is none. */
export function commandedOrder(topic: string): string | null {
  return /^orders\/([A-Za-z0-9_-]{1,64})\/status$/.exec(topic)?.[1] ?? null
}
