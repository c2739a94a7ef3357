import { signal } from '@preact/signals'
import { Message } from '#shared/messages.ts'
import type { Api } from '../../live/api.ts'
import { readOnly } from '../../live/read-only.ts'
import { createRetryTimer, type SetTimer } from '../../live/retry.ts'
import { ApiError, isTransient, messageOf } from '../session/api-error.ts'
import type { OfflineMessages, OutgoingMessage } from './offline-messages.ts'

export interface OutgoingDependencies {
  api: Pick<Api, 'post'>
  /** Where messages wait across reloads. null: they wait in this page only. */
  stored: OfflineMessages | null
  sent(message: Message): void
  setTimer?: SetTimer
}

export type Outgoing = ReturnType<typeof createOutgoing>

/**
 * Messages on their way to the server, one after the other. One that cannot be sent waits for a connection; the server
 * stores it once, however often it is sent (`id`).
 */
export function createOutgoing({ api, stored, sent, setTimer }: OutgoingDependencies) {
  const messages = signal<readonly OutgoingMessage[]>([])
  const settled = new Set<string>()
  const retryTimer = createRetryTimer({ first: 500, most: 8_000 }, setTimer)
  let running: Promise<void> | null = null
  let stopped = false

  /** Without a working IndexedDB, messages wait in this page only. */
  const store = (write: (messages: OfflineMessages) => Promise<void>) => void (stored && write(stored).catch(() => {}))

  function remove(id: string): void {
    settled.add(id)
    messages.value = messages.peek().filter((one) => one.id !== id)
    store((all) => all.remove(id))
  }

  function replace(message: OutgoingMessage): void {
    messages.value = messages.peek().map((one) => (one.id === message.id ? message : one))
    store((all) => all.put(message))
  }

  async function sendAll(): Promise<void> {
    for (;;) {
      const next = messages.peek().find(({ refused }) => refused === undefined)
      if (!next || stopped) return
      const { id, orderId, text, internal } = next
      try {
        const path = `/orders/${encodeURIComponent(orderId)}/messages`
        const message = await api.post(path, Message, { id, text, ...(internal && { internal }) })
        retryTimer.succeeded()
        sent(message)
        remove(id)
      } catch (error) {
        if (stopped) return
        if (error instanceof ApiError && !isTransient(error)) {
          replace({ ...next, refused: messageOf(error) })
          continue
        }
        if (!next.late) replace({ ...next, late: true })
        if (!retryTimer.isPending()) retryTimer.failed(() => void flush())
        return
      }
    }
  }

  function flush(): Promise<void> {
    running ??= sendAll().finally(() => (running = null))
    return running
  }

  return {
    /** Those without a result, and those that the server refused; oldest first. */
    messages: readOnly<readonly OutgoingMessage[]>(messages),
    add(message: OutgoingMessage): void {
      messages.value = [...messages.peek(), message]
      store((all) => all.put(message))
      void flush()
    },
    /** Removes one that the server refused. */
    remove,
    flush,
    /** Loads what earlier pages have stored, and sends it. */
    async load(): Promise<void> {
      const found = (await stored?.all().catch(() => [])) ?? []
      const known = new Set([...messages.peek().map(({ id }) => id), ...settled])
      const waiting = found.filter(({ id }) => !known.has(id)).map((one) => ({ ...one, late: true }))
      if (waiting.length > 0) messages.value = [...waiting, ...messages.peek()]
      await flush()
    },
    stop: () => void (stopped = true),
  }
}
