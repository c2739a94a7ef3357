import { isFinal } from '#shared/order-status.ts'
import type { OrderRecord } from '../storage/store.ts'

/** When the order got the final status that it has; null when it has none. */
export function endedAt({ history, status, updatedAt }: OrderRecord): string | null {
  if (!isFinal(status)) return null
  const first = history[history.findLastIndex((entry) => entry.status !== status) + 1]
  return first?.recordedAt ?? first?.at ?? updatedAt
}
