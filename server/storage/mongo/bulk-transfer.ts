import type mongoose from 'mongoose'
import { createBulkTransfer } from '../bulk-transfer.ts'
import type { RecordDefinition } from '../records.ts'
import type { BulkTable, BulkTransfer, SessionRecord, StoredOrder, UserRecord } from '../store.ts'
import type { Database } from './database.ts'
import { mapDuplicate } from './duplicates.ts'
import { isDuplicate } from './errors.ts'
import { orderOfDocument, searchFields } from './order-document.ts'
import { freeSlotOf, slotOf, type OrderDocument } from './order-schema.ts'
import { documentOf, documentReader, type RecordDocument } from './record-documents.ts'
import type { SessionDocument, UserDocument } from './schemas.ts'
import { presentSession } from './sessions.ts'
import { presentUser } from './users.ts'

/** How many records are read at a time. */
const batchSize = 500

interface Mapping<Document, Stored> {
  present: (document: Document) => Stored
  documentOf: (record: Stored, now: Date) => Document
}

export function createMongoBulkTransfer(
  { use, inCollection, now }: Database,
  records: readonly RecordDefinition[],
): BulkTransfer {
  function bulkTable<Document extends { _id: string }, Stored>(
    name: string,
    mapping: Mapping<Document, Stored>,
  ): BulkTable<Stored> {
    return {
      count: () => inCollection(name, (documents) => documents.countDocuments()),

      /** One cursor for the whole collection: FerretDB scans and sorts all of it for every page. */
      async *read(after) {
        const filter = after === undefined ? {} : { _id: { $gt: after } }
        const cursor = await inCollection(name, async (documents) =>
          documents.find<Document>(filter).sort({ _id: 1 }).batchSize(batchSize),
        )
        try {
          for (;;) {
            const documents = await use(async () => {
              await cursor.hasNext()
              return cursor.readBufferedDocuments()
            })
            const end = documents.at(-1)
            if (!end) return
            yield { records: documents.map(mapping.present), last: end._id }
          }
        } finally {
          await cursor.close()
        }
      },

      async write(some) {
        if (some.length === 0) return
        // Stamped here: an insert has no `$currentDate`, and no client follows the target's changes yet.
        const at = new Date(await now())
        const documents: { _id: string }[] = some.map((record) => mapping.documentOf(record, at))
        await inCollection(name, (collection) => mapDuplicate(replaceMany(collection, documents), {}))
      },
    }
  }

  const core = {
    users: bulkTable<UserDocument, UserRecord>('users', {
      present: presentUser,
      documentOf: ({ id, ...user }) => ({ _id: id, ...user }),
    }),
    sessions: bulkTable<SessionDocument, SessionRecord>('sessions', {
      present: presentSession,
      documentOf: ({ id, ...session }) => ({ _id: id, ...session }),
    }),
    orders: bulkTable<OrderDocument, StoredOrder>('orders', { present: presentStored, documentOf: storedDocument }),
  }
  return createBulkTransfer(core, records, (definition) =>
    bulkTable<RecordDocument, unknown>(definition.name, {
      present: documentReader(definition),
      documentOf: (record) => documentOf(definition, Object(record)),
    }),
  )
}

/**
 * Deletes and reinserts the batch if an interrupted write left some of it: one scan of the collection on FerretDB, where
 * replacing them one by one would be a scan each.
 */
async function replaceMany(collection: mongoose.mongo.Collection<RecordDocument>, documents: { _id: string }[]) {
  try {
    await collection.insertMany(documents, { ordered: false })
  } catch (error) {
    if (!isDuplicate(error)) throw error
    await collection.deleteMany({ _id: { $in: documents.map(({ _id }) => _id) } })
    await collection.insertMany(documents, { ordered: false })
  }
}

const presentStored = (document: OrderDocument): StoredOrder => ({
  order: orderOfDocument(document),
  idempotencyKey: document.idempotencyKey ?? null,
  bodyHash: document.bodyHash ?? null,
  unpublished: document.unpublished,
  published: document.published,
})

function storedDocument({ order, idempotencyKey, ...rest }: StoredOrder, changedAt: Date): OrderDocument {
  const { id, ...fields } = order
  return {
    _id: id,
    ...fields,
    ...rest,
    ...searchFields(order),
    slot: idempotencyKey === null ? freeSlotOf(id) : slotOf(order.customer.id, idempotencyKey),
    idempotencyKey,
    changedAt,
  }
}
