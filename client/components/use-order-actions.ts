import { createOrderActions, type OrderActions } from '../models/orders/order-actions.ts'
import { useWorkspace } from './workspace-context.ts'

/** The changes of orders, for the pages that make some. */
export const useOrderActions = (): OrderActions => useWorkspace().actionsBy(createOrderActions)
