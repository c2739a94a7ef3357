import { suite } from 'uvu'
import { listContract } from './lists.ts'
import { orderContract } from './orders.ts'
import {
  deviceContract,
  noteContract,
  presenceContract,
  serviceContract,
  sessionContract,
  userContract,
} from './others.ts'
import { recordContract } from './bulk-transfer.ts'
import type { Time } from './sentence.ts'
import { syncContract } from './sync.ts'
import type { Store } from '../store.ts'

/** Opens an empty, started store; `close` stops it and removes what it has written. */
export type OpenStore = () => Promise<{ store: Store; time: Time; close: () => Promise<void> }>

/** What the port promises, sentence by sentence: every adapter passes the same. */
export function storeContract(name: string, openStore: OpenStore) {
  const parts = {
    users: userContract,
    sessions: sessionContract,
    services: serviceContract,
    presence: presenceContract,
    devices: deviceContract,
    notes: noteContract,
    orders: orderContract,
    lists: listContract,
    sync: syncContract,
    records: recordContract,
  }
  for (const [part, register] of Object.entries(parts)) {
    const tests = suite(`${name}: ${part}`)
    register((sentence, run) =>
      tests(sentence, async () => {
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
}
