import mongoose, { type Connection, type PipelineStage } from 'mongoose'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isFerret, mongoUri, newDatabaseUri } from '../../testing/mongo.ts'
import { everyList, scopes } from '../../testing/order-queries.ts'
import { defineModels, type Models } from './models.ts'
import { orderSchema } from './order-schema.ts'
import { activeCounts, indexFor, listFilter, newestFirst } from './orders-list.ts'
import { changedFilter, oldestChangeFirst } from './orders-sync.ts'

test('every index that a list names is there and ends in the order of the list', () => {
  const keys = new Map(orderSchema.indexes().map(([key, { name }]) => [name, Object.keys(key)]))
  for (const query of everyList) {
    const index = indexFor(query)
    if (index) assert.equal(keys.get(index)?.slice(-3), ['status', 'createdAt', '_id'], JSON.stringify(query))
    else assert.is(query.scope.kind, 'vendor')
  }
})

test('an index is understood by every server: none is partial, sparse or ends documents by itself', () => {
  for (const [, options] of orderSchema.indexes())
    assert.equal(
      Object.keys(options).filter((key) => !['name', 'unique', 'background'].includes(key)),
      [],
    )
})

async function withModels(work: (models: Models, connection: Connection) => Promise<void>) {
  const connection = await mongoose.createConnection(await newDatabaseUri(), { autoCreate: false }).asPromise()
  try {
    const models = defineModels(connection)
    await models.orders.init()
    await work(models, connection)
  } finally {
    await connection.dropDatabase()
    await connection.destroy()
  }
}

if (mongoUri)
  test('as MongoDB explains them, lists, catching up and the sweep scan nothing and sort nothing', async () => {
    // FerretDB's explain shows what SQLite does below it, which is to scan.
    if (await isFerret()) return
    await withModels(async ({ orders }) => {
      for (const query of everyList) {
        const asked = orders.find(listFilter(query)).sort(newestFirst).limit(query.limit)
        const index = indexFor(query)
        readsByIndex(await (index ? asked.hint(index) : asked).explain('queryPlanner'))
      }
      for (const scope of scopes)
        readsByIndex(await orders.find(changedFilter(scope, 0)).sort(oldestChangeFirst).explain('queryPlanner'))
      readsByIndex(await orders.find({ unpublished: true }).sort(oldestChangeFirst).limit(500).explain('queryPlanner'))
      readsByIndex(await orders.find({ slot: 'ana k1' }).explain('queryPlanner'))
      readsByIndex(await orders.find({ words: /^BOIL/ }).limit(50).explain('queryPlanner'))
      const stages: PipelineStage[] = activeCounts
      readsByIndex(await orders.aggregate(stages).explain('queryPlanner'))
    })
  })

/** The stages of the winning plan, wherever they stand in it. */
function readsByIndex(explained: unknown) {
  const text = JSON.stringify(explained, (key, value: unknown) => (key === 'rejectedPlans' ? undefined : value))
  assert.match(text, /"stage":"(IXSCAN|EXPRESS_IXSCAN|COUNT_SCAN|DISTINCT_SCAN|EOF)"/)
  assert.not.match(text, /"stage":"(COLLSCAN|SORT)"/)
}

interface Lack {
  what: string
  /** What is done about it. */
  reason: string
  /** Whether the server has it. */
  has(connection: Connection): Promise<boolean>
}

/** What FerretDB 1.24 on SQLite lacks of what MongoDB has, as far as this adapter comes near it. */
const lacks: Lack[] = [
  {
    what: 'of conditional updates of one document on several connections, one succeeds',
    reason: 'FerretDB reads and then writes; the tests give it one connection, on which nothing is at the same time',
    async has(connection) {
      const many = await mongoose.createConnection(mongoUri, { dbName: connection.name, maxPoolSize: 50 }).asPromise()
      const races = many.collection<{ _id: string; n: number }>('races')
      let fair = true
      for (let round = 0; round < 20 && fair; round++) {
        const _id = String(round)
        await races.insertOne({ _id, n: 1 })
        const claims = Array.from({ length: 50 }, () => races.updateOne({ _id, n: 1 }, { $set: { n: 2 } }))
        fair = (await Promise.all(claims)).filter(({ modifiedCount }) => modifiedCount === 1).length === 1
      }
      await many.destroy()
      return fair
    },
  },
  {
    what: 'a duplicate key error says which key',
    reason: 'duplicates.ts asks for each value that may be taken',
    async has(connection) {
      const taken = connection.collection<{ _id: string }>('taken')
      await taken.insertOne({ _id: 'a' })
      const refusal: unknown = await taken.insertOne({ _id: 'a' }).catch((error: unknown) => error)
      return refusal instanceof mongoose.mongo.MongoServerError && refusal.keyPattern !== undefined
    },
  },
  {
    what: '$setOnInsert writes null and empty lists',
    reason: 'order-document.ts reads what is missing as nothing',
    async has(connection) {
      const made = connection.collection<{ _id: string }>('made')
      await made.updateOne({ _id: 'a' }, { $setOnInsert: { none: null, list: [] } }, { upsert: true })
      return JSON.stringify(await made.findOne({ _id: 'a' })) === '{"_id":"a","none":null,"list":[]}'
    },
  },
  {
    what: 'findAndModify answers with some fields only',
    reason: 'a replaced order comes back whole',
    has: (connection) =>
      succeeds(connection.collection('made').findOneAndUpdate({}, { $set: { x: 1 } }, { projection: { x: 1 } })),
  },
  {
    what: 'a hint that names no index is refused',
    reason: 'FerretDB passes over hints, and uses no index anyway: a list reads all there is',
    has: async (connection) => !(await succeeds(connection.collection('made').find().hint('nothing').toArray())),
  },
  {
    what: 'partial indexes',
    reason: 'every order has a slot of its own, so that a plain unique index serves; see order-schema.ts',
    has: (connection) =>
      succeeds(connection.collection('made').createIndex({ x: 1 }, { partialFilterExpression: { x: 1 } })),
  },
  {
    what: 'indexes that end documents (TTL)',
    reason: 'sessions are swept once an hour',
    has: (connection) => succeeds(connection.collection('made').createIndex({ y: 1 }, { expireAfterSeconds: 60 })),
  },
]

const succeeds = (work: Promise<unknown>) =>
  work.then(
    () => true,
    () => false,
  )

if (mongoUri)
  for (const { what, reason, has } of lacks)
    test(`MongoDB has it, FerretDB does not: ${what}`, () =>
      withModels(async (_models, connection) => {
        assert.is(await has(connection), !(await isFerret()), reason)
      }))

test.run()
