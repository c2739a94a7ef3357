import { join } from 'node:path'
import { systemClock } from '../../../server/lib/clock.ts'
import { createMongoStore } from '../../../server/storage/mongo/index.ts'
import { createSqliteStore } from '../../../server/storage/sqlite/index.ts'
import { offeredStatuses } from '#shared/order-status.ts'
import type { Service } from '#shared/catalogue.ts'
import type { AbilityRecord, OrderPosition, OrderRecord, Store, UserRecord } from '../../../server/storage/store.ts'

export interface Stored {
  orders: ReadonlyMap<string, OrderRecord>
  /** Number of orders marked as unpublished. */
  unpublished: number
  services: readonly Service[]
  users: readonly UserRecord[]
  abilities: readonly AbilityRecord[]
}

/** The servers' database: the shared one, or SQLite in their data folder. */
export interface DataSource {
  dir: string
  env: Readonly<Record<string, string>>
}

const pageSize = 200
const maxUnpublished = 1_000

/** Reads all orders, services and users through the store port, next to the running server. */
export const readDatabase = (source: DataSource): Promise<Stored> =>
  withStore(source, async ({ orders, services, users, abilities }) => {
    const found = new Map<string, OrderRecord>()
    for (let after: OrderPosition | undefined; ;) {
      const pageOfOrders = await orders.list({ scope: { kind: 'all' }, limit: pageSize, after })
      for (const order of pageOfOrders) found.set(order.id, order)
      after = pageOfOrders.at(-1)
      if (pageOfOrders.length < pageSize)
        return {
          orders: found,
          unpublished: (await orders.unpublished(maxUnpublished)).length,
          services: await services.list({}),
          users: await users.list({}),
          abilities: await abilities.all(),
        }
    }
  })

/** The end of a round is waited for if it is this near, in ms: after a step of the clock it may be minutes away. */
const nearEnd = 60_000

/** Number of orders that are waiting to be published, or for the end of a round of their offer. */
export const countUnsettled = (source: DataSource): Promise<number> =>
  withStore(source, async ({ orders }) => {
    const offered = await orders.list({ scope: { kind: 'all' }, statuses: offeredStatuses, limit: maxUnpublished })
    const moving = offered.filter(
      ({ offer }) => offer?.round && !offer.last && Date.parse(offer.until ?? '') < Date.now() + nearEnd,
    )
    return moving.length + (await orders.unpublished(maxUnpublished)).length
  })

async function withStore<T>({ dir, env }: DataSource, read: (store: Store) => Promise<T>): Promise<T> {
  const store = env.MONGO_URI
    ? createMongoStore({ uri: env.MONGO_URI })
    : createSqliteStore({ file: join(dir, 'callout.db'), clock: systemClock })
  await store.start()
  try {
    return await read(store)
  } finally {
    await store.stop()
  }
}
