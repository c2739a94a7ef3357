import { randomBytes } from 'node:crypto'
import { basename } from 'node:path'

/** The database server for tests, from the environment; '' without one. The database that the URI names is not used. */
export const mongoUri = process.env.MONGO_URI ?? ''

/** Loaded on demand: without a database server no test needs Mongoose, which takes a quarter of the start of each. */
async function connectTo(uri: string) {
  const { default: mongoose } = await import('mongoose')
  return mongoose.createConnection(uri).asPromise()
}

/** The URI of another database on that server, with a random name by default. The caller drops the database. */
export async function newDatabaseUri(name = randomBytes(6).toString('hex')): Promise<string> {
  const [, server = '', query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(?:\?(.*))?$/.exec(mongoUri) ?? []
  const options = new URLSearchParams(query)
  if ((await isFerret()) && !options.has('maxPoolSize')) options.set('maxPoolSize', '1')
  return `${server}/callout-test-${name}?${options}`
}

/**
 * The environment with which an app on `dataDir` uses a separate database; empty without a database server. The database
 * is named after the directory, so that the next start finds its data.
 */
export async function databaseEnv(dataDir: string): Promise<Record<string, string>> {
  if (!mongoUri) return {}
  const MONGO_URI = await newDatabaseUri(basename(dataDir))
  return { MONGO_URI, JWT_SECRET: 'a secret that only tests ever share', DEMO: 'true' }
}

/** Removes the database that belongs to `dataDir`, if there is one. */
export async function dropDatabase(dataDir: string) {
  const { MONGO_URI } = await databaseEnv(dataDir)
  if (!MONGO_URI) return
  const connection = await connectTo(MONGO_URI)
  await connection.dropDatabase()
  await connection.destroy()
}

/** Every document of the database that belongs to `dataDir`, as text. */
export async function allDocuments(dataDir: string): Promise<string> {
  const { MONGO_URI = '' } = await databaseEnv(dataDir)
  const connection = await connectTo(MONGO_URI)
  const collections = await connection.listCollections()
  const documents = await Promise.all(collections.map(({ name }) => connection.collection(name).find().toArray()))
  await connection.destroy()
  return JSON.stringify(documents)
}

let ferret: Promise<boolean> | undefined

/**
 * FerretDB 1.24 on SQLite reads a document and writes it in two steps: two conditional updates of one document on two
 * connections both succeed. On one connection it runs operations one after the other, so the tests use one connection.
 */
export const isFerret = () => (ferret ??= readServerName())

async function readServerName() {
  const connection = await connectTo(mongoUri)
  const info = await connection.getClient().db('admin').command({ buildInfo: 1 })
  await connection.destroy()
  return 'ferretdbVersion' in info
}
