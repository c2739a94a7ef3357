import mongoose from 'mongoose'
import { namesDatabase, optionsIn } from './connection-uri.ts'
import type { RecordDocument } from './record-documents.ts'
import { metaCollection, readSchemaVersion, schemaVersion } from './schema-version.ts'

/** The state of a database that servers may be using, without a change of it. `clock`: the server's, in ms since the epoch. */
export async function inspectDatabase(uri: string): Promise<{ version: number | null; known: number; clock: number }> {
  const connection = mongoose.createConnection(uri, {
    ...(!optionsIn(uri).has('serverselectiontimeoutms') && { serverSelectionTimeoutMS: 3_000 }),
    ...(namesDatabase(uri) ? {} : { dbName: 'callout' }),
  })
  try {
    await connection.asPromise()
    const client = connection.getClient()
    const { localTime } = await client.db('admin').command({ hello: 1 })
    const meta = client.db(connection.name).collection<RecordDocument>(metaCollection)
    return { version: await readSchemaVersion(meta), known: schemaVersion, clock: Number(localTime) }
  } finally {
    await connection.destroy(true)
  }
}
