import { isDeepStrictEqual } from 'node:util'
import type { Actor, Who } from '#shared/actors.ts'
import { text as visibleText } from '#shared/fields.ts'
import {
  longestMessage,
  type Message,
  type MessageList,
  type MessageQuery,
  type PostMessage,
  type ReadMessages,
  type UnreadMessages,
} from '#shared/messages.ts'
import { maySeeMessage, viewFor } from '../../auth/permissions.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { decodeCursor, encodeCursor } from '../../lib/cursor.ts'
import { DomainError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import { z } from '../../lib/zod.ts'
import type { EventBus } from '../../services/domain-events.ts'
import { endedAt } from '../../services/ended-at.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import type { Core } from '../feature.ts'
import { messageKeyOf, readMarkKeyOf, type MessageRecord, type MessageStore } from './message-records.ts'
import type { Telling } from './telling.ts'
import type { Unread } from './unread.ts'

export interface MessagesDependencies {
  messages: MessageStore
  orders: Pick<Store['orders'], 'byId'>
  unread: Unread
  telling: Pick<Telling, 'tell'>
  attachFiles: Core['attachFiles']
  events: Pick<EventBus, 'emit'>
  /** The seconds until the author may write again; 0 now. */
  secondsToWait(authorId: string): Promise<number>
  clock: Clock
}

export type MessagesService = ReturnType<typeof createMessagesService>

/** How long after its end an order takes messages, in ms. */
const openAfterEnd = 24 * 3_600_000

/** Something that can be seen. */
const Written = visibleText(1, longestMessage)

const Cursor = z.strictObject({ at: z.iso.datetime(), key: z.string() })

/** Messages and internal notes between the parties of an order: its customer, its vendor and the admins. */
export function createMessagesService(dependencies: MessagesDependencies) {
  const { messages, orders, unread, telling, attachFiles, events, secondsToWait, clock } = dependencies
  let lastAt = 0

  /** Throws not_found for a caller who is no party of the order. */
  async function orderFor(who: Who, orderId: string): Promise<OrderRecord> {
    const order = await orders.byId(orderId)
    if (!order || viewFor(who, order) !== 'full') throw new DomainError('not_found', 'There is no such order.')
    return order
  }

  /** Messages of one millisecond, or after the clock was set back, keep the order in which they came. */
  function nextTime(): string {
    lastAt = Math.max(clock.now(), lastAt + 1)
    return isoTime(lastAt)
  }

  /** Throws messages_closed or too_many_requests. */
  async function checkMayWrite(order: OrderRecord, authorId: string): Promise<void> {
    const closesAt = closesAtOf(order)
    if (closesAt !== null && closesAt <= isoTime(clock.now())) throw new DomainError('messages_closed')
    const retryAfter = await secondsToWait(authorId)
    if (retryAfter > 0)
      throw new DomainError('too_many_requests', `Too many messages. Try again in ${retryAfter} s.`, { retryAfter })
  }

  return {
    /**
     * Stores a message; a repetition with the same id stores nothing. Throws not_found, forbidden, messages_closed,
     * too_many_requests, unknown_file, or idempotency_mismatch for an id that belongs to another message of the order.
     */
    async post(
      author: Actor,
      orderId: string,
      { text, internal = false, files: fileIds, id = newId() }: PostMessage,
    ): Promise<{ message: Message; isNew: boolean }> {
      const order = await orderFor(author, orderId)
      if (!fileIds && !Written.safeParse(text).success) throw nothingWritten()
      if (internal && author.role === 'customer')
        throw new DomainError('forbidden', 'Customers write no internal notes.')
      const key = messageKeyOf(orderId, id)
      const before = await messages.byKey(key)
      if (before) return repeated(before)
      await checkMayWrite(order, author.id)
      const files = fileIds ? await attachFiles({ author, orderId, messageId: id, internal }, fileIds) : null
      const { stored, isNew } = await messages.create({
        key,
        id,
        orderId,
        authorId: author.id,
        authorName: author.name,
        authorRole: author.role,
        text,
        internal,
        files,
        at: nextTime(),
        untold: true,
      })
      if (!isNew) return repeated(stored)
      telling.tell(stored, order)
      return { message: present(stored), isNew }

      function repeated(record: MessageRecord) {
        const isSame =
          record.authorId === author.id &&
          record.text === text &&
          record.internal === internal &&
          isDeepStrictEqual(
            record.files?.map((file) => file.id),
            fileIds,
          )
        if (!isSame) throw new DomainError('idempotency_mismatch')
        return { message: present(record), isNew: false }
      }
    },

    /** One page, newest first. Throws not_found or invalid_cursor. */
    async list(who: Who, orderId: string, { limit = 50, cursor }: MessageQuery): Promise<MessageList> {
      const order = await orderFor(who, orderId)
      let after = cursor === undefined ? undefined : decodeCursor(cursor, Cursor)
      const page: MessageRecord[] = []
      // A page of a customer may have to be filled over many internal notes.
      for (;;) {
        const found = await messages.ofOrder(orderId, limit + 1, after)
        page.push(...found.filter((record) => maySeeMessage(who, order, record)))
        after = found.at(-1)
        if (page.length > limit || found.length <= limit) break
      }
      const shown = page.slice(0, limit)
      const last = shown.at(-1)
      return {
        messages: shown.map(present),
        unread: await unread.of(who, order),
        closesAt: closesAtOf(order),
        nextCursor: page.length > limit && last ? encodeCursor({ at: last.at, key: last.key }) : null,
      }
    },

    unread: async (who: Who): Promise<UnreadMessages> => ({ orders: await unread.ofAll(who) }),

    /** Marks the messages of the order as read, up to `until`. Throws not_found. */
    async read(who: Who, orderId: string, { until }: ReadMessages): Promise<void> {
      const order = await orderFor(who, orderId)
      const newest =
        until === undefined
          ? (await messages.ofOrder(orderId, 1))[0]
          : await messages.byKey(messageKeyOf(orderId, until))
      if (until !== undefined && !(newest && maySeeMessage(who, order, newest)))
        throw new DomainError('not_found', 'There is no such message.')
      const mark = (await messages.marksOf(who.id, [orderId])).get(orderId)
      const isFurther =
        newest && (!mark || newest.at > mark.at || (newest.at === mark.at && newest.key > mark.messageKey))
      if (isFurther) {
        const { at, key: messageKey } = newest
        await messages.mark({ key: readMarkKeyOf(orderId, who.id), orderId, userId: who.id, at, messageKey })
      }
      if ((await unread.of(who, order)) === 0) events.emit('messages.read', { userId: who.id, orderId })
    },
  }
}

function nothingWritten(): DomainError {
  const message = 'Write something, or send a file'
  return new DomainError('invalid_request', `text: ${message}`, {
    errors: [{ path: 'text', message, code: 'nothing_visible' }],
  })
}

function closesAtOf(order: OrderRecord): string | null {
  const ended = endedAt(order)
  return ended === null ? null : isoTime(Date.parse(ended) + openAfterEnd)
}

/** The wire shape, field by field. */
export function present(record: MessageRecord): Message {
  const { id, orderId, authorId, authorName, authorRole, text, internal, files, at } = record
  const by = { id: authorId, name: authorName, role: authorRole }
  return { id, orderId, by, text, internal, ...(files && { files }), at }
}
