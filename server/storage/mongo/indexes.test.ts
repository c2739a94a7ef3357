import mongoose, { type Connection, type PipelineStage } from 'mongoose'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isFerret, mongoUri, newDatabaseUri } from '../../testing/mongo.ts'
import { everyList, scopes } from '../../testing/order-queries.ts'
import { defineModels, type Models } from './models.ts'
import { orderSchema } from './order-schema.ts'
import { activeCounts, indexFor, listFilter, newestFirst } from './orders-list.ts'
import { changedFilter, oldestChangeFirst } from './orders-sync.ts'

test('every index that a list is hinted to exists and ends with the sort key of the list', () => {
  const keys = new Map(orderSchema.indexes().map(([key, { name }]) => [name, Object.keys(key)]))
  for (const query of everyList) {
    const index = indexFor(query)
    if (index) assert.equal(keys.get(index)?.slice(-3), ['status', 'createdAt', '_id'], JSON.stringify(query))
    else assert.is(query.scope.kind, 'vendor')
  }
})

test('every server supports the indexes: none is partial, sparse or has a TTL', () => {
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
  test('MongoDB’s plans for lists, sync and the sweep contain no collection scan and no sort', async () => {
    // FerretDB's explain shows the plan of the SQLite below it, which scans.
    if (await isFerret()) return
    await withModels(async ({ orders }) => {
      for (const query of everyList) {
        const find = orders.find(listFilter(query)).sort(newestFirst).limit(query.limit)
        const index = indexFor(query)
        assertReadsIndex(await (index ? find.hint(index) : find).explain('queryPlanner'))
      }
      for (const scope of scopes)
        assertReadsIndex(await orders.find(changedFilter(scope, 0)).sort(oldestChangeFirst).explain('queryPlanner'))
      assertReadsIndex(
        await orders.find({ unpublished: true }).sort(oldestChangeFirst).limit(500).explain('queryPlanner'),
      )
      assertReadsIndex(await orders.find({ slot: 'ana k1' }).explain('queryPlanner'))
      assertReadsIndex(await orders.find({ words: /^BOIL/ }).limit(50).explain('queryPlanner'))
      const stages: PipelineStage[] = activeCounts
      assertReadsIndex(await orders.aggregate(stages).explain('queryPlanner'))
    })
  })

/** Checks the stages of the winning plan, at any depth. */
function assertReadsIndex(explained: unknown) {
  const text = JSON.stringify(explained, (key, value: unknown) => (key === 'rejectedPlans' ? undefined : value))
  assert.match(text, /"stage":"(IXSCAN|EXPRESS_IXSCAN|COUNT_SCAN|DISTINCT_SCAN|EOF)"/)
  assert.not.match(text, /"stage":"(COLLSCAN|SORT)"/)
}

interface MissingFeature {
  feature: string
  /** How the adapter or the tests do without it. */
  workaround: string
  /** Whether the server has it. */
  has(connection: Connection): Promise<boolean>
}

/** The MongoDB features related to this adapter that FerretDB 1.24 on SQLite lacks. */
const missingInFerret: MissingFeature[] = [
  {
    feature: 'of conditional updates of one document on several connections, one succeeds',
    workaround:
      'FerretDB reads and then writes; the tests use one connection, on which operations run one after the other',
    async has(connection) {
      const many = await mongoose.createConnection(mongoUri, { dbName: connection.name, maxPoolSize: 50 }).asPromise()
      const races = many.collection<{ _id: string; n: number }>('races')
      let exclusive = true
      for (let round = 0; round < 20 && exclusive; round++) {
        const _id = String(round)
        await races.insertOne({ _id, n: 1 })
        const claims = Array.from({ length: 50 }, () => races.updateOne({ _id, n: 1 }, { $set: { n: 2 } }))
        exclusive = (await Promise.all(claims)).filter(({ modifiedCount }) => modifiedCount === 1).length === 1
      }
      await many.destroy()
      return exclusive
    },
  },
  {
    feature: 'a duplicate key error names the key',
    workaround: 'duplicates.ts looks up each unique value',
    async has(connection) {
      const taken = connection.collection<{ _id: string }>('taken')
      await taken.insertOne({ _id: 'a' })
      const refusal: unknown = await taken.insertOne({ _id: 'a' }).catch((error: unknown) => error)
      return refusal instanceof mongoose.mongo.MongoServerError && refusal.keyPattern !== undefined
    },
  },
  {
    feature: '$setOnInsert writes null and empty lists',
    workaround: 'order-document.ts reads missing fields as null or empty',
    async has(connection) {
      const made = connection.collection<{ _id: string }>('made')
      await made.updateOne({ _id: 'a' }, { $setOnInsert: { none: null, list: [] } }, { upsert: true })
      return JSON.stringify(await made.findOne({ _id: 'a' })) === '{"_id":"a","none":null,"list":[]}'
    },
  },
  {
    feature: 'findAndModify returns selected fields only',
    workaround: 'the whole replaced order is returned',
    has: (connection) =>
      succeeds(connection.collection('made').findOneAndUpdate({}, { $set: { x: 1 } }, { projection: { x: 1 } })),
  },
  {
    feature: 'a hint that names no index is refused',
    workaround: 'FerretDB ignores hints, and uses no index: a list reads every document',
    has: async (connection) => !(await succeeds(connection.collection('made').find().hint('nothing').toArray())),
  },
  {
    feature: 'partial indexes',
    workaround: 'every order has a `slot` value, so that a plain unique index is enough; see order-schema.ts',
    has: (connection) =>
      succeeds(connection.collection('made').createIndex({ x: 1 }, { partialFilterExpression: { x: 1 } })),
  },
  {
    feature: 'indexes that delete documents (TTL)',
    workaround: 'a sweep deletes expired sessions every hour',
    has: (connection) => succeeds(connection.collection('made').createIndex({ y: 1 }, { expireAfterSeconds: 60 })),
  },
]

const succeeds = (work: Promise<unknown>) =>
  work.then(
    () => true,
    () => false,
  )

if (mongoUri)
  for (const { feature, workaround, has } of missingInFerret)
    test(`MongoDB has, and FerretDB lacks: ${feature}`, () =>
      withModels(async (_models, connection) => {
        assert.is(await has(connection), !(await isFerret()), workaround)
      }))

test.run()
