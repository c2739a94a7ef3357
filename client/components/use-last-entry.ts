import { useRef } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import type { Entry } from '../live/orders.ts'
import { useWorkspace } from './workspace-context.ts'

/**
 * The entry of an order, or the last one when the order is no longer loaded: a held list keeps the place of a row that left,
 * and the row its height.
 */
export function useLastEntry(id: string): Entry | undefined {
  const entry = useWorkspace().orders.entry(id)
  const last = useRef(entry)
  if (entry) last.current = entry
  if (entry || !last.current) return entry
  return { order: last.current.order, leaving: last.current.leaving ?? t().orders.leaving.unavailable }
}
