import type { Role } from '#shared/actors.ts'
import type { FileKind } from '#shared/file-input.ts'
import type { OrderFile, Picture } from '#shared/files.ts'
import { boolean, defineRecords, integer, text, type RecordOf } from '../../storage/records.ts'
import { DuplicateError, type Store } from '../../storage/store.ts'

/**
 * A picture that is stored. `storageKey`: where its bytes are; the sender's id is not a part of it. `orderId`: empty for a
 * picture of the catalogue. `settled`: what it belongs to names it. `messageId`: empty until a message names it; `internal`:
 * that message is a note.
 */
export const fileRecords = defineRecords({
  name: 'files',
  key: 'id',
  fields: {
    id: text(),
    storageKey: text(),
    orderId: text(),
    messageId: text(),
    kind: text<FileKind | 'picture'>(),
    internal: boolean(),
    settled: boolean(),
    name: text(),
    type: text(),
    size: integer(),
    width: integer(),
    height: integer(),
    byId: text(),
    byName: text(),
    byRole: text<Role>(),
    at: text(),
  },
  indexes: {
    byOrder: ['orderId', 'at'],
    byAuthor: ['byId', 'at'],
    byStorageKey: ['storageKey'],
    byUnsettled: ['settled', 'at'],
  },
})

export type FileRecord = RecordOf<typeof fileRecords>

export type FileRecords = ReturnType<typeof createFileRecords>

const pageSize = 200

export function createFileRecords({ collection }: Pick<Store, 'collection'>) {
  const files = collection(fileRecords)
  return {
    byId: files.get,
    getMany: files.getMany,
    change: files.change,
    remove: files.delete,
    /** False when another file has this id. */
    async create(record: FileRecord): Promise<boolean> {
      try {
        await files.create(record)
        return true
      } catch (error) {
        if (error instanceof DuplicateError) return false
        throw error
      }
    },
    ofOrder: (orderId: string, limit: number): Promise<FileRecord[]> =>
      files.list({ index: 'byOrder', where: { orderId }, limit }),
    byAuthor: (byId: string): Promise<FileRecord[]> => files.list({ index: 'byAuthor', where: { byId } }),
    isStored: async (storageKey: string): Promise<boolean> =>
      (await files.list({ index: 'byStorageKey', where: { storageKey }, limit: 1 })).length > 0,
    /** Oldest first. */
    unsettled: (): Promise<FileRecord[]> =>
      files.list({ index: 'byUnsettled', where: { settled: false }, limit: pageSize }),
    /** By id. */
    page: (after: string): Promise<FileRecord[]> => files.list({ after: { id: after }, limit: pageSize }),
  }
}

/** The wire shapes, field by field. */
export const presentPicture = ({ id, name, type, size, width, height }: FileRecord): Picture => ({
  id,
  name,
  type,
  size,
  width,
  height,
})

export const presentFile = <Kind extends OrderFile['kind'] | FileKind>(record: FileRecord, kind: Kind) => ({
  ...presentPicture(record),
  kind,
  by: { id: record.byId, name: record.byName, role: record.byRole },
  at: record.at,
})
