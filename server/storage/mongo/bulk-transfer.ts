import type mongoose from 'mongoose'
import type { RecordKind, RecordStore, RecordTable, StoredOrder } from '../store.ts'
import { offerSearchTokens, searchTokens } from '../search-tokens.ts'
import type { Database } from './database.ts'
import { presentDevice } from './devices.ts'
import { unlessTaken } from './duplicates.ts'
import { isDuplicate } from './errors.ts'
import { presentOrder } from './order-document.ts'
import { freeSlotOf, slotOf, type OrderDocument } from './order-schema.ts'
import { presentPresence } from './presence.ts'
import type { NoteDocument } from './schemas.ts'
import { presentService } from './services.ts'
import { presentSession } from './sessions.ts'
import { presentUser } from './users.ts'

/** How many records are read at a time. */
const slice = 500

/** The collections have the names of the kinds. */
type Kind<Document, Record> = [
  kind: RecordKind,
  present: (document: Document) => Record,
  documentOf: (record: Record, now: Date) => Document,
]

export function createBulkTransfer({ use, now }: Database): RecordStore {
  function records<Document extends { _id: string }, Record>(
    ...[kind, present, documentOf]: Kind<Document, Record>
  ): RecordTable<Record> {
    const inCollection = <T>(work: (collection: mongoose.mongo.Collection<{ _id: string }>) => PromiseLike<T>) =>
      use((models) => {
        const { db } = models[kind]
        return work(db.getClient().db(db.name).collection(kind))
      })

    return {
      count: () => inCollection((collection) => collection.countDocuments()),

      /** One cursor from end to end: a query a page would be a scan a page on a server that passes over its indexes. */
      async *read(after) {
        const filter = after === undefined ? {} : { _id: { $gt: after } }
        const cursor = await inCollection(async (collection) =>
          collection.find<Document>(filter).sort({ _id: 1 }).batchSize(slice),
        )
        try {
          for (;;) {
            const documents = await inCollection(async () => {
              await cursor.hasNext()
              return cursor.readBufferedDocuments()
            })
            const end = documents.at(-1)
            if (!end) return
            yield { records: documents.map(present), last: end._id }
          }
        } finally {
          await cursor.close()
        }
      },

      async write(some) {
        if (some.length === 0) return
        // Stamped here and not by the server: an insert knows no `$currentDate`, and nobody follows the changes yet.
        const at = new Date(await now())
        const documents = some.map((record) => documentOf(record, at))
        await inCollection((collection) => unlessTaken(insertAnew(collection, documents), {}))
      },
    }
  }

  return {
    users: records('users', presentUser, ({ id, ...user }) => ({ _id: id, ...user })),
    services: records('services', presentService, ({ id, ...service }) => ({ _id: id, ...service })),
    devices: records('devices', presentDevice, ({ id, ...device }) => ({ _id: id, ...device })),
    presence: records('presence', presentPresence, ({ vendorId, ...presence }) => ({ _id: vendorId, ...presence })),
    sessions: records('sessions', presentSession, ({ id, ...session }) => ({ _id: id, ...session })),
    notes: records('notes', presentNote, ({ name, text }) => ({ _id: name, text })),
    orders: records('orders', presentStored, storedDocument),
  }
}

/**
 * Where some are there already, from a write that was interrupted, they go and come together, at the cost of one look
 * through the collection; replaced one by one, each would cost that on a server that passes over its indexes.
 */
async function insertAnew(collection: mongoose.mongo.Collection<{ _id: string }>, documents: { _id: string }[]) {
  try {
    await collection.insertMany(documents, { ordered: false })
  } catch (error) {
    if (!isDuplicate(error)) throw error
    await collection.deleteMany({ _id: { $in: documents.map(({ _id }) => _id) } })
    await collection.insertMany(documents, { ordered: false })
  }
}

const presentNote = ({ _id, text }: NoteDocument) => ({ name: _id, text })

const presentStored = (document: OrderDocument): StoredOrder => ({
  order: presentOrder(document),
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
    words: searchTokens(order),
    offerWords: offerSearchTokens(order),
    slot: idempotencyKey === null ? freeSlotOf(id) : slotOf(order.customer.id, idempotencyKey),
    idempotencyKey,
    changedAt,
  }
}
