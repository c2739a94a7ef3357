import type { OrderRecord } from '../store.ts'

/** What an order row gives back: the document this adapter wrote, so its shape is trusted. */
export interface OrderRow {
  doc: string
}

export const presentOrder = (row: OrderRow): OrderRecord => JSON.parse(row.doc)
