import { join } from 'node:path'
import { systemClock } from '../../../server/lib/clock.ts'
import { createMongoStore } from '../../../server/storage/mongo/index.ts'
import { createSqliteStore } from '../../../server/storage/sqlite/index.ts'
import type { OrderPosition, OrderRecord, OrderStore } from '../../../server/storage/store.ts'

export interface Stored {
  orders: ReadonlyMap<string, OrderRecord>
  /** How many are marked as not yet published. */
  unpublished: number
}

/** Where the servers keep their data: the database they share, or the embedded one in their folder. */
export interface Place {
  dir: string
  env: Readonly<Record<string, string>>
}

const page = 200
const most = 1_000

/** What the database holds: read beside the running server, through the store port. */
export const readDatabase = (place: Place): Promise<Stored> =>
  reading(place, async (orders) => {
    const found = new Map<string, OrderRecord>()
    for (let after: OrderPosition | undefined; ;) {
      const some = await orders.list({ scope: { kind: 'all' }, limit: page, after })
      for (const order of some) found.set(order.id, order)
      after = some.at(-1)
      if (some.length < page) return { orders: found, unpublished: (await orders.unpublished(most)).length }
    }
  })

/** How many orders wait to be published now. */
export const countUnpublished = (place: Place): Promise<number> =>
  reading(place, async (orders) => (await orders.unpublished(most)).length)

async function reading<T>({ dir, env }: Place, read: (orders: OrderStore) => Promise<T>): Promise<T> {
  const store = env.MONGO_URI
    ? createMongoStore({ uri: env.MONGO_URI })
    : createSqliteStore({ file: join(dir, 'callout.db'), clock: systemClock })
  await store.start()
  try {
    return await read(store.orders)
  } finally {
    await store.stop()
  }
}
