import type { Role } from '#shared/actors.ts'
import type { Picture } from '#shared/files.ts'
import { boolean, defineRecords, json, nullable, text, type RecordOf } from '../../storage/records.ts'
import { DuplicateError, type Store } from '../../storage/store.ts'

/** `key`: the order's id and the message's, which senders choose. `untold`: not every party was told yet. */
export const messageRecords = defineRecords({
  name: 'order_messages',
  key: 'key',
  fields: {
    key: text(),
    id: text(),
    orderId: text(),
    authorId: text(),
    authorName: text(),
    authorRole: text<Role>(),
    text: text(),
    internal: boolean(),
    files: nullable(json<Picture[]>()),
    at: text(),
    untold: boolean(),
  },
  indexes: {
    byOrder: ['orderId', 'at'],
    byAuthor: ['authorId', 'at'],
    byTime: ['at'],
    byUntold: ['untold', 'at'],
  },
})

export type MessageRecord = RecordOf<typeof messageRecords>

/** A place among the messages of an order. */
export type MessagePosition = Pick<MessageRecord, 'at' | 'key'>

/** How far a person has read: `at` and `messageKey` of the newest message. */
export const readMarkRecords = defineRecords({
  name: 'message_read_marks',
  key: 'key',
  fields: { key: text(), orderId: text(), userId: text(), at: text(), messageKey: text() },
  indexes: { byOrder: ['orderId'], byUser: ['userId'] },
})

export type ReadMark = RecordOf<typeof readMarkRecords>

export const messageKeyOf = (orderId: string, id: string): string => `${orderId}_${id}`
export const readMarkKeyOf = (orderId: string, userId: string): string => `${orderId}_${userId}`

export const isAfter = (one: MessagePosition, { at, messageKey }: Pick<ReadMark, 'at' | 'messageKey'>): boolean =>
  one.at === at ? one.key > messageKey : one.at > at

export type MessageStore = ReturnType<typeof createMessageStore>

const pageSize = 200

export function createMessageStore({ collection }: Pick<Store, 'collection'>) {
  const messages = collection(messageRecords)
  const marks = collection(readMarkRecords)

  return {
    /** Stores it; the one that was stored before under its key, if there is one. */
    async create(record: MessageRecord): Promise<{ stored: MessageRecord; isNew: boolean }> {
      try {
        await messages.create(record)
        return { stored: record, isNew: true }
      } catch (error) {
        const before = error instanceof DuplicateError ? await messages.get(record.key) : null
        if (!before) throw error
        return { stored: before, isNew: false }
      }
    },
    byKey: messages.get,
    /** Newest first. */
    ofOrder: (orderId: string, limit: number, after?: MessagePosition): Promise<MessageRecord[]> =>
      messages.list({ index: 'byOrder', where: { orderId }, after, limit, descending: true }),
    /** Oldest first, after what was read. */
    unreadOf: (orderId: string, mark: ReadMark | undefined, limit: number): Promise<MessageRecord[]> =>
      messages.list({
        index: 'byOrder',
        where: { orderId },
        after: mark && { at: mark.at, key: mark.messageKey },
        limit,
      }),
    /** Of every order, newest first. */
    newest: (limit: number): Promise<MessageRecord[]> => messages.list({ index: 'byTime', limit, descending: true }),
    /** Oldest first. */
    untold: (limit: number): Promise<MessageRecord[]> =>
      messages.list({ index: 'byUntold', where: { untold: true }, limit }),
    told: async (key: string): Promise<void> => void (await messages.change(key, { untold: false })),
    byAuthor: (authorId: string): Promise<MessageRecord[]> => messages.list({ index: 'byAuthor', where: { authorId } }),

    async marksOf(userId: string, orderIds: readonly string[]): Promise<ReadonlyMap<string, ReadMark>> {
      const found = await marks.getMany(orderIds.map((orderId) => readMarkKeyOf(orderId, userId)))
      return new Map(found.map((mark) => [mark.orderId, mark]))
    },
    marksBy: (userId: string): Promise<ReadMark[]> => marks.list({ index: 'byUser', where: { userId } }),
    mark: marks.put,

    remove: messages.delete,
    async removeMarksBy(userId: string): Promise<void> {
      for (const { key } of await marks.list({ index: 'byUser', where: { userId } })) await marks.delete(key)
    },
    /** Deletes the messages of an order, and how far each person has read. */
    async removeOf(orderId: string): Promise<void> {
      for (;;) {
        const page = await messages.list({ index: 'byOrder', where: { orderId }, limit: pageSize })
        for (const { key } of page) await messages.delete(key)
        if (page.length < pageSize) break
      }
      for (const { key } of await marks.list({ index: 'byOrder', where: { orderId } })) await marks.delete(key)
    },
  }
}
