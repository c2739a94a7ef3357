import { isDuplicate } from './errors.ts'
import type { RecordDocuments } from './record-documents.ts'

/**
 * Raised with every change of the documents that an earlier version of this program cannot read. New collections, nullable
 * fields and indexes are none.
 */
export const schemaVersion = 1

/** The collection of what the program notes about its database. */
export const metaCollection = 'meta'

const key = { _id: 'schema' } as const

/** The version that wrote the database; null for one that is new, or from before versions were noted. */
export async function readSchemaVersion(meta: RecordDocuments): Promise<number | null> {
  const found = await meta.findOne(key)
  return found ? Number(found.version) : null
}

/** Notes this program's version. Throws when a newer one has written the database. */
export async function requireSchemaVersion(meta: RecordDocuments): Promise<void> {
  const version = await readSchemaVersion(meta)
  if (version === schemaVersion) return
  if (version !== null && version > schemaVersion)
    throw new Error(
      `a newer version of this program has written it (schema ${version}; this one knows ${schemaVersion})`,
    )
  if (version !== null) {
    await meta.updateOne({ ...key, version }, { $set: { version: schemaVersion } })
    return
  }
  try {
    await meta.insertOne({ ...key, version: schemaVersion })
  } catch (error) {
    // Another node has noted it meanwhile.
    if (!isDuplicate(error)) throw error
  }
}
