import { recordViews } from '../record-views.ts'
import type { Store, StoreAdapter } from '../store.ts'
import { backUpInThread } from './backup-thread.ts'
import { createSqliteStore, type SqliteOptions } from './index.ts'
import {
  bulkOperations,
  bulkPath,
  collectionOperations,
  collectionPath,
  partOperations,
  writesOf,
  type OperationKind,
  type PartName,
} from './operations.ts'
import { fileMetrics } from './file-metrics.ts'
import { createOutages } from './outages.ts'
import { createStoreClock } from './store-clock.ts'
import { createWriter } from './writer.ts'

/**
 * The embedded store of a server: a thread (writer-thread-main.ts) writes, so that the disk and checkpoints delay writers
 * only. Reads run here, on a read-only connection, and see what was last committed.
 */
export function createWriterThreadStore(options: SqliteOptions): Store {
  const { file, records = [], log } = options
  const storeClock = createStoreClock(options.clock)
  const { clock } = storeClock
  // An order is stamped when its request is queued, and read after its commit: cursors begin before every pending one.
  const now = () => Math.min(clock.now(), writer.oldest(), storeClock.cursorsUntil())
  const outages = createOutages({ file, clock, log, writeNothing: () => writer.request('writeNothing', 'write', []) })
  const { failed } = outages
  const reading = createSqliteStore({ ...options, clock: { ...clock, now }, readOnly: true, failed })
  const { refreshSnapshot } = reading
  const writer = createWriter({ data: { file, records }, clock, refreshSnapshot, outages, log })

  /** The part with its writes sent to the thread. `kinds` are complete, so none of them runs on the read-only connection. */
  function forwarding<Part extends object>(
    path: string,
    part: Part,
    kinds: Readonly<Record<string, OperationKind>>,
  ): Part {
    const writes = writesOf(kinds).map(
      ({ name, kind }) => [name, (...input: unknown[]) => writer.request(`${path}.${name}`, kind, input)] as const,
    )
    return { ...part, ...Object.fromEntries(writes) }
  }

  const part = <Name extends PartName>(name: Name): StoreAdapter[Name] =>
    forwarding<StoreAdapter[Name]>(name, reading[name], partOperations[name])
  const { users, sessions, orders, kinds } = reading.bulkTransfer
  const bulk = <Table extends object>(kind: string, table: Table) => forwarding(bulkPath(kind), table, bulkOperations)

  const adapter: StoreAdapter = {
    async start() {
      await reading.start()
      try {
        await writer.start()
        await storeClock.begin(views.keyValue)
      } catch (error) {
        await writer.stop()
        await reading.stop()
        throw error
      }
    },
    async stop() {
      await writer.stop()
      await reading.stop()
    },
    async ping() {
      await reading.ping()
      await outages.verify()
    },
    users: part('users'),
    sessions: part('sessions'),
    orders: {
      ...part('orders'),
      async syncCursor() {
        await storeClock.keep(views.keyValue)
        return reading.orders.syncCursor()
      },
    },
    collection: (definition) =>
      forwarding(collectionPath(definition.name), reading.collection(definition), collectionOperations),
    async purge() {
      await writer.request('purge', 'write', [])
    },
    backUp: (to) => backUpInThread(file, to),
    bulkTransfer: {
      users: bulk('users', users),
      sessions: bulk('sessions', sessions),
      orders: bulk('orders', orders),
      kinds: new Map([...kinds].map(([kind, table]) => [kind, bulk(kind, table)])),
    },
    metrics: [...writer.metrics, ...fileMetrics(file, clock)],
    markWithin: reading.markWithin,
  }
  const views = recordViews(adapter)
  return { ...adapter, ...views }
}
