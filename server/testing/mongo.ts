import { randomBytes } from 'node:crypto'
import { basename } from 'node:path'
import mongoose from 'mongoose'

/** Where the tests that need a database server find one: MONGO_URI of their environment. Its database is never used. */
export const mongoUri = process.env.MONGO_URI ?? ''

/** The same server with another database: nobody else's, if it is not named. Whoever uses it drops it. */
export async function newDatabaseUri(name = randomBytes(6).toString('hex')): Promise<string> {
  const [, server = '', query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(?:\?(.*))?$/.exec(mongoUri) ?? []
  const options = new URLSearchParams(query)
  if ((await isFerret()) && !options.has('maxPoolSize')) options.set('maxPoolSize', '1')
  return `${server}/callout-test-${name}?${options}`
}

/**
 * What an app whose data is in `dataDir` needs in its environment to keep them in a database of its own: nothing where
 * there is no server to have one on. The name follows from the directory, so that it finds them again.
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
  const connection = await mongoose.createConnection(MONGO_URI).asPromise()
  await connection.dropDatabase()
  await connection.destroy()
}

let ferret: Promise<boolean> | undefined

/**
 * FerretDB 1.24 on SQLite reads a document and writes it in two steps: two conditional updates of one document on two
 * connections both succeed. On one connection it does one thing after the other, which is what MongoDB promises anyway.
 */
export const isFerret = () => (ferret ??= readServerName())

async function readServerName() {
  const connection = await mongoose.createConnection(mongoUri).asPromise()
  const info = await connection.getClient().db('admin').command({ buildInfo: 1 })
  await connection.destroy()
  return 'ferretdbVersion' in info
}
