import type { HistoryEntry, Order } from './orders.ts'

/** The entries of a history that are more than a new name. */
export const withoutRenames = (history: readonly HistoryEntry[]): readonly HistoryEntry[] =>
  history.filter(({ renamed }) => !renamed)

/**
 * Whether the order has changed, in more than names, since the version `seen`. A change that was decided on an order
 * under its old names is still what its sender wants.
 */
export const isOutdated = ({ version, history }: Pick<Order, 'version' | 'history'>, seen: number): boolean =>
  seen > version || history.slice(seen).some(({ renamed }) => !renamed)
