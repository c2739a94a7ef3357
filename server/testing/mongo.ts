import { randomBytes } from 'node:crypto'
import mongoose from 'mongoose'

/** Where the tests that need a database server find one: MONGO_URI of their environment. Its database is never used. */
export const mongoUri = process.env.MONGO_URI ?? ''

/** The same server with another database. Its name is not taken: every test has one of its own, and drops it. */
export async function newDatabaseUri(): Promise<string> {
  const [, server = '', query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(?:\?(.*))?$/.exec(mongoUri) ?? []
  const options = new URLSearchParams(query)
  if ((await isFerret()) && !options.has('maxPoolSize')) options.set('maxPoolSize', '1')
  return `${server}/callout-test-${randomBytes(6).toString('hex')}?${options}`
}

let ferret: Promise<boolean> | undefined

/**
 * FerretDB 1.24 on SQLite reads a document and writes it in two steps: two conditional updates of one document on two
 * connections both succeed. On one connection it does one thing after the other, which is what MongoDB promises anyway.
 */
export const isFerret = () => (ferret ??= askForName())

async function askForName() {
  const connection = await mongoose.createConnection(mongoUri).asPromise()
  const info = await connection.getClient().db('admin').command({ buildInfo: 1 })
  await connection.destroy()
  return 'ferretdbVersion' in info
}

/** Removes a database that a test has used. */
export async function dropDatabase(uri: string) {
  const connection = await mongoose.createConnection(uri).asPromise()
  await connection.dropDatabase()
  await connection.destroy()
}
