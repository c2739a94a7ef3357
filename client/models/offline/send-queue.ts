import { signal } from '@preact/signals'
import { readOnly } from '../../live/read-only.ts'
import { createRetryTimer, type SetTimer } from '../../live/retry.ts'
import { ApiError, isTransient, messageOf } from '../session/api-error.ts'
import type { OfflineList } from './offline-list.ts'

/** `late`: it waits for a connection. `refused`: why the server did not take it. */
interface Outgoing {
  id: string
  late?: boolean
  refused?: string
}

export interface SendQueueDependencies<Item extends Outgoing> {
  /** Rejects with ApiError. What it resolves with is on the screen, so that nothing disappears in between. */
  send(item: Item): Promise<void>
  /** It is no longer in the queue. */
  removed?(item: Item): void
  /** Where they wait across reloads. null: they wait in this page only. */
  stored: OfflineList<Item> | null
  setTimer?: SetTimer
}

/**
 * Messages or pictures on their way to the server, one after the other. One that cannot be sent waits for a connection; the
 * server stores it once, however often it is sent (`id`).
 */
export function createSendQueue<Item extends Outgoing>({
  send,
  removed = () => {},
  stored,
  setTimer,
}: SendQueueDependencies<Item>) {
  const items = signal<readonly Item[]>([])
  const settled = new Set<string>()
  const retryTimer = createRetryTimer({ first: 500, most: 8_000 }, setTimer)
  let running: Promise<void> | null = null
  let stopped = false

  /** Without a working IndexedDB, they wait in this page only. */
  const store = (write: (list: OfflineList<Item>) => Promise<void>) => void (stored && write(stored).catch(() => {}))

  function remove(id: string): void {
    settled.add(id)
    const item = items.peek().find((one) => one.id === id)
    items.value = items.peek().filter((one) => one !== item)
    store((list) => list.remove(id))
    if (item) removed(item)
  }

  function replace(item: Item): void {
    items.value = items.peek().map((one) => (one.id === item.id ? item : one))
    store((list) => list.put(item))
  }

  async function sendAll(): Promise<void> {
    for (;;) {
      const next = items.peek().find(({ refused }) => refused === undefined)
      if (!next || stopped) return
      try {
        await send(next)
        retryTimer.succeeded()
        remove(next.id)
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
    items: readOnly<readonly Item[]>(items),
    add(item: Item): void {
      items.value = [...items.peek(), item]
      store((list) => list.put(item))
      void flush()
    },
    /** Removes one that the server refused. */
    remove,
    flush,
    /** Loads what earlier pages have stored, and sends it. */
    async load(): Promise<void> {
      const found = (await stored?.all().catch(() => [])) ?? []
      const known = new Set([...items.peek().map(({ id }) => id), ...settled])
      const waiting = found.filter(({ id }) => !known.has(id)).map((one) => ({ ...one, late: true }))
      if (waiting.length > 0) items.value = [...waiting, ...items.peek()]
      await flush()
    },
    stop: () => void (stopped = true),
  }
}
