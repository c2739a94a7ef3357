import type { OrderRecord } from '../storage/store.ts'

/** The id of the request that led to this version, for the log. It costs an order less than a microsecond. */
const requests = new WeakMap<OrderRecord, string>()

export function noteRequest(order: OrderRecord, requestId: string | undefined): void {
  if (requestId !== undefined) requests.set(order, requestId)
}

/** Undefined for a version that a sweep has read from the store, after a crash for example. */
export const requestOf = (order: OrderRecord): string | undefined => requests.get(order)
