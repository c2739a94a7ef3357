import mongoose from 'mongoose'
import { newDatabaseUri } from '../../../testing/mongo.ts'
import type { OpenStore } from '../../contract/index.ts'
import { createMongoStore } from '../index.ts'

/** Opens an empty store on a new database. Its clock is the server's, so the stored orders are made older instead. */
export const openMongo = (async (records = []) => {
  const uri = await newDatabaseUri()
  const store = createMongoStore({ uri, records })
  await store.start()
  return {
    store,
    time: { pass: (ms) => makeOlder(uri, ms), advance() {} },
    async close() {
      await store.drop()
      await store.stop()
    },
  }
}) satisfies OpenStore

async function makeOlder(uri: string, ms: number) {
  const connection = await mongoose.createConnection(uri).asPromise()
  const orders = connection.collection<{ _id: string; changedAt: Date }>('orders')
  for (const { _id, changedAt } of await orders.find().toArray())
    await orders.updateOne({ _id }, { $set: { changedAt: new Date(changedAt.getTime() - ms) } })
  await connection.destroy()
}
