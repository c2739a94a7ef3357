import { computed, signal } from '@preact/signals'
import { Message, UnreadMessages } from '#shared/messages.ts'
import type { Notification } from '#shared/notifications.ts'
import type { User } from '#shared/users.ts'
import type { Api } from '../../live/api.ts'
import { clock } from '../sync/clock.ts'
import { randomKey } from '../session/random-key.ts'
import type { FileDraft, HeldFiles } from '../files/held-files.ts'
import { createSendQueue } from '../offline/send-queue.ts'
import type { OfflineMessages, OutgoingMessage } from './offline-messages.ts'
import { createThread, type Thread } from './thread.ts'

export interface MessagesDependencies {
  me: Pick<User, 'id' | 'role'>
  api: Pick<Api, 'get' | 'post'>
  /** The pictures of messages. */
  held: HeldFiles
  /** Where messages wait across reloads; null: in this page only. */
  stored: OfflineMessages | null
}

export type Messages = ReturnType<typeof createMessages>

/** How many recent ids are known, so that a message that is delivered twice counts once. */
const mostKnown = 1_000

/** Messages on orders: how many are unread, the thread on the screen, and what waits to be sent. */
export function createMessages({ me, api, held, stored }: MessagesDependencies) {
  const unread = signal<ReadonlyMap<string, number>>(new Map())
  const threads = new Map<string, Thread>()
  const counted = new Set<string>()

  const outgoing = createSendQueue<OutgoingMessage>({
    send,
    removed: ({ files = [] }) => held.release(files),
    stored,
  })

  async function send({ id, orderId, text, internal, files = [] }: OutgoingMessage): Promise<void> {
    await held.send(orderId, files)
    const message = await api.post(`/orders/${encodeURIComponent(orderId)}/messages`, Message, {
      id,
      text,
      ...(internal && { internal }),
      ...(files.length > 0 && { files: files.map((file) => file.id) }),
    })
    apply(message)
  }

  function setUnread(orderId: string, count: number): void {
    if ((unread.peek().get(orderId) ?? 0) === count) return
    const next = new Map(unread.peek())
    if (count > 0) next.set(orderId, count)
    else next.delete(orderId)
    unread.value = next
  }

  function countOne(id: string, orderId: string): void {
    if (counted.has(id)) return
    if (counted.size >= mostKnown) counted.clear()
    counted.add(id)
    setUnread(orderId, (unread.peek().get(orderId) ?? 0) + 1)
  }

  /** A message that was stored: of another person, or one's own. */
  function apply(message: Message): void {
    threads.get(message.orderId)?.apply(message)
    if (message.by.id !== me.id && me.role !== 'customer') countOne(message.id, message.orderId)
  }

  /** Never rejects: the counts stay as they are. */
  async function loadUnread(): Promise<void> {
    try {
      const { orders } = await api.get('/messages/unread', UnreadMessages)
      unread.value = new Map(orders.map((order) => [order.orderId, order.unread]))
    } catch {
      // Read again with the next connection.
    }
  }

  return {
    /** The number of unread messages, by order. */
    unread: computed(() => unread.value),
    /** Messages that wait to be sent, and those that were refused. */
    outgoing: outgoing.items,
    apply,
    loadUnread,

    /** Customers are told of messages by their notifications. */
    notified({ id, event, order, read }: Notification): void {
      // One that is read says nothing about its message: the page of the order reads the notifications about it.
      if (event === 'message.received' && me.role === 'customer' && !read) countOne(id, order.id)
    },

    /** The connection is back, and every subscription granted. */
    async caughtUp(): Promise<void> {
      if (me.role !== 'customer') void loadUnread()
      for (const thread of threads.values()) void thread.load()
      await outgoing.load()
    },

    send(orderId: string, text: string, internal: boolean, drafts: readonly FileDraft[] = []): void {
      const files = held.hold(drafts)
      const at = new Date(clock.now()).toISOString()
      outgoing.add({ id: randomKey(), orderId, text, internal, at, ...(files.length > 0 && { files }) })
    },
    /** Removes a message that the server refused. */
    dismiss: outgoing.remove,

    /** The messages of an order, kept current until `close`. */
    open(orderId: string): { thread: Thread; close(): void } {
      const thread = createThread({ api, orderId, onRead: () => setUnread(orderId, 0) })
      threads.set(orderId, thread)
      void thread.load()
      return { thread, close: () => void (threads.get(orderId) === thread && threads.delete(orderId)) }
    },

    stop: outgoing.stop,
  }
}
