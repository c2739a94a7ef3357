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
