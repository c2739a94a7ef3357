import type mongoose from 'mongoose'
import {
  definedEntries,
  resolveQuery,
  type RecordCollection,
  type RecordDefinition,
  type ResolvedQuery,
} from '../records.ts'
import type { Database } from './database.ts'
import { mapDuplicate, type Probes } from './duplicates.ts'
import {
  documentOf,
  documentReader,
  equalTo,
  pathOf,
  storedFields,
  type RecordDocument,
  type RecordDocuments,
} from './record-documents.ts'

type Filter = mongoose.mongo.Filter<RecordDocument>

/** Interprets a definition by atomic operations on single documents. */
export function createRecordCollection<Stored extends object, Index extends string>(
  definition: RecordDefinition<Stored, Index>,
  { inCollection }: Database,
): RecordCollection<Stored, Index> {
  const { name, key, expires } = definition
  const present = documentReader(definition)
  const use = <T>(work: (documents: RecordDocuments) => PromiseLike<T>) => inCollection(name, work)
  const one = (document: RecordDocument | null) => document && present(document)

  return {
    create: (record) =>
      use(async (documents) => {
        const document = documentOf(definition, record)
        const { _id } = document
        const probes = { [key]: () => documents.findOne({ _id }), ...uniqueProbes(definition, documents, _id, record) }
        await mapDuplicate(documents.insertOne(document), probes, { _id: key })
      }),

    put: (record) =>
      use(async (documents) => {
        const { _id, ...$set } = documentOf(definition, record)
        const write = documents.updateOne({ _id }, { $set }, { upsert: true })
        await mapDuplicate(write, uniqueProbes(definition, documents, _id, record), { _id: key })
      }),

    get: async (id) => one(await use((documents) => documents.findOne({ _id: { $eq: id } }))),

    async getMany(keys) {
      const found = await use((documents) => documents.find({ _id: { $in: [...keys] } }).toArray())
      return found.map(present)
    },

    async list(query = {}) {
      const resolved = resolveQuery(definition, query)
      const sort = Object.fromEntries(resolved.order.map((field) => [pathOf(definition, field), directionOf(resolved)]))
      const found = await use((documents) =>
        documents
          .find(listFilter(definition, resolved))
          .sort(sort)
          // No limit.
          .limit(resolved.limit ?? 0)
          .toArray(),
      )
      return found.map(present)
    },

    change: async (id, change, when = {}) =>
      one(
        await use((documents) => {
          const filter = { _id: { $eq: id }, ...equalTo(definition, definedEntries(when)) }
          const $set = storedFields(definition, change)
          if (Object.keys($set).length === 0) return documents.findOne(filter)
          const write = documents.findOneAndUpdate(filter, { $set }, { returnDocument: 'after' })
          return mapDuplicate(write, uniqueProbes(definition, documents, id, change), { _id: key })
        }),
      ),

    async delete(id, when = {}) {
      const filter = { _id: { $eq: id }, ...equalTo(definition, definedEntries(when)) }
      const { deletedCount } = await use((documents) => documents.deleteOne(filter))
      return deletedCount === 1
    },

    async sweep(now) {
      if (expires === null) return 0
      const { deletedCount } = await use((documents) => documents.deleteMany({ [expires]: { $lte: now } }))
      return deletedCount
    },
  }
}

/** FerretDB does not name the field of a duplicate: finds another record with one of these unique values. */
const uniqueProbes = (definition: RecordDefinition, documents: RecordDocuments, id: string, values: object): Probes => {
  const written = definedEntries(values).filter(([field]) => definition.unique.includes(field))
  return Object.fromEntries(
    written.map((entry) => [entry[0], () => documents.findOne({ ...equalTo(definition, [entry]), _id: { $ne: id } })]),
  )
}

const directionOf = ({ descending }: ResolvedQuery): 1 | -1 => (descending ? -1 : 1)

/** The equalities, and all that comes after the cursor: greater in one field of the order, equal in those before it. */
function listFilter(definition: RecordDefinition, { where, order, after, descending }: ResolvedQuery): Filter {
  const filter: Filter = equalTo(definition, where)
  if (!after) return filter
  const comparison = descending ? '$lt' : '$gt'
  const $or = order.map((field, n) => ({
    ...equalTo(
      definition,
      order.slice(0, n).map((before, m) => [before, after[m]]),
    ),
    [pathOf(definition, field)]: { [comparison]: after[n] },
  }))
  return { ...filter, $or }
}
