import { suite } from 'uvu'
import { coreRecords } from '../core-records.ts'
import type { RecordDefinition } from '../records.ts'
import type { Store } from '../store.ts'
import { bulkTransferContract } from './bulk-transfer.ts'
import { collectionContract, sampleRecords } from './collections.ts'
import { figuresContract } from './figures.ts'
import { listContract } from './lists.ts'
import { orderContract } from './orders.ts'
import {
  deactivationContract,
  departureContract,
  keyValueContract,
  presenceContract,
  renameContract,
  serviceContract,
  sessionContract,
  userContract,
} from './others.ts'
import type { RegisterTest, Time } from './rule.ts'
import { searchContract } from './search.ts'
import { syncContract } from './sync.ts'

/** Opens an empty, started store with these definitions besides the core's; `close` stops it and deletes its data. */
export type OpenStore = (
  records?: readonly RecordDefinition[],
) => Promise<{ store: Store; time: Time; close: () => Promise<void> }>

/** The rules of the port, one test each: every adapter passes the same, with the features' definitions as well. */
export function storeContract(name: string, openStore: OpenStore, records: readonly RecordDefinition[] = []) {
  const core = {
    users: userContract,
    deactivations: deactivationContract,
    departures: departureContract,
    renames: renameContract,
    sessions: sessionContract,
    services: serviceContract,
    presence: presenceContract,
    'key-value': keyValueContract,
    orders: orderContract,
    lists: listContract,
    figures: figuresContract,
    search: searchContract,
    sync: syncContract,
    'bulk transfer': bulkTransferContract,
  }
  for (const [part, register] of Object.entries(core)) runSuite(`${name}: ${part}`, register, () => openStore())

  const added = [...records, sampleRecords]
  for (const definition of [...coreRecords, ...added])
    runCollectionSuite(`${name}: records of ${definition.name}`, definition, () => openStore(added))
}

/** One store for the suite, emptied before each test: most of the time of a writer thread's test is the thread's start. */
function runCollectionSuite(name: string, definition: RecordDefinition, openStore: OpenStore) {
  const tests = suite(name)
  let opened: Awaited<ReturnType<OpenStore>>
  tests.before(async () => {
    opened = await openStore()
  })
  tests.after(() => opened.close())
  collectionContract(
    (rule, run) =>
      tests(rule, async () => {
        await deleteAll(opened.store, definition)
        await run(opened.store, opened.time)
      }),
    definition,
  )
  tests.run()
}

async function deleteAll({ collection }: Store, definition: RecordDefinition) {
  const records = collection(definition)
  for (const record of await records.list()) {
    const key: unknown = new Map(Object.entries(record)).get(definition.key)
    await records.delete(String(key))
  }
}

function runSuite(name: string, register: (test: RegisterTest) => void, openStore: OpenStore) {
  const tests = suite(name)
  register((rule, run) =>
    tests(rule, async () => {
      const { store, time, close } = await openStore()
      try {
        await run(store, time)
      } finally {
        await close()
      }
    }),
  )
  tests.run()
}
