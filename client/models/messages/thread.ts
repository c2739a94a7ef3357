import { computed, signal } from '@preact/signals'
import * as z from 'zod/mini'
import { MessageList, type Message } from '#shared/messages.ts'
import type { Api } from '../../live/api.ts'
import { messageOf } from '../session/api-error.ts'

export interface ThreadDependencies {
  api: Pick<Api, 'get' | 'post'>
  orderId: string
  /** Called when the person has read all messages. */
  onRead(): void
}

export type Thread = ReturnType<typeof createThread>

/** The messages of one order while they are on the screen. */
export function createThread({ api, orderId, onRead }: ThreadDependencies) {
  const byId = signal<ReadonlyMap<string, Message>>(new Map())
  const state = signal<'loading' | 'ready' | 'failed'>('loading')
  const error = signal<unknown>(null)
  const nextCursor = signal<string | null>(null)
  const closesAt = signal<string | null>(null)
  const loadingOlder = signal(false)
  const path = `/orders/${encodeURIComponent(orderId)}/messages`
  let readUntil: string | null = null
  const list = computed(() => [...byId.value.values()].sort((a, b) => (a.at < b.at ? -1 : 1)))

  function add(messages: readonly Message[]): void {
    byId.value = new Map([...byId.peek(), ...messages.map((one) => [one.id, one] as const)])
  }

  async function read(cursor: string | null): Promise<void> {
    try {
      const page = await api.get(`${path}?limit=30${cursor ? `&cursor=${cursor}` : ''}`, MessageList)
      const isFirst = state.peek() !== 'ready'
      add(page.messages)
      if (cursor || isFirst) nextCursor.value = page.nextCursor
      closesAt.value = page.closesAt
      error.value = null
      state.value = 'ready'
    } catch (cause) {
      error.value = cause
      if (state.peek() !== 'ready') state.value = 'failed'
    }
  }

  return {
    /** Oldest first. */
    list,
    state: computed(() => state.value),
    /** Why the messages could not be read; null when they could. */
    error: computed(() => (error.value === null ? null : messageOf(error.value))),
    nextCursor: computed(() => nextCursor.value),
    loadingOlder: computed(() => loadingOlder.value),
    closesAt: computed(() => closesAt.value),
    apply: (message: Message) => add([message]),

    /** Reads the newest. Never rejects: `state` and `error` hold the result. */
    load: () => read(null),

    async loadOlder(): Promise<void> {
      if (!nextCursor.peek() || loadingOlder.peek()) return
      loadingOlder.value = true
      await read(nextCursor.peek())
      loadingOlder.value = false
    },

    /** Marks what is on the screen as read. */
    markRead(): void {
      const newest = list.peek().at(-1)
      if (state.peek() !== 'ready' || !newest || newest.id === readUntil) return
      readUntil = newest.id
      api.post(`${path}/read`, z.unknown(), { until: newest.id }).then(onRead, () => (readUntil = null))
    },
  }
}
