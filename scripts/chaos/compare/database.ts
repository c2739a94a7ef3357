import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import type { OrderRecord } from '../../../server/storage/store.ts'

export interface Stored {
  orders: ReadonlyMap<string, OrderRecord>
  /** How many are marked as not yet published. */
  unpublished: number
}

/** What the database holds: read beside the running server, without writing. */
export function readDatabase(dir: string): Stored {
  const database = new DatabaseSync(join(dir, 'callout.db'), { readOnly: true, timeout: 5_000 })
  try {
    const docs = database.prepare('SELECT doc FROM orders').all()
    const orders = docs.map(({ doc }): OrderRecord => JSON.parse(String(doc)))
    return { orders: new Map(orders.map((order) => [order.id, order])), unpublished: unpublishedIn(database) }
  } finally {
    database.close()
  }
}

/** How many orders wait to be published now. */
export function countUnpublished(dir: string): number {
  const database = new DatabaseSync(join(dir, 'callout.db'), { readOnly: true, timeout: 5_000 })
  try {
    return unpublishedIn(database)
  } finally {
    database.close()
  }
}

const unpublishedIn = (database: InstanceType<typeof DatabaseSync>) =>
  Number(database.prepare('SELECT count(*) AS count FROM orders WHERE unpublished = 1').get().count)
