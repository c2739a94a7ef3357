import { get, update } from 'idb-keyval'
import * as z from 'zod/mini'
import { offlineStore } from '../offline/offline-store.ts'

/** A message that the server has not confirmed. `late`: it waits for a connection. `refused`: why the server did not take it. */
export const OutgoingMessage = z.object({
  id: z.string(),
  orderId: z.string(),
  text: z.string(),
  internal: z.boolean(),
  at: z.string(),
  late: z.optional(z.boolean()),
  refused: z.optional(z.string()),
})
export type OutgoingMessage = z.infer<typeof OutgoingMessage>

/** Stores the messages that could not be sent, across reloads. */
export interface OfflineMessages {
  all(): Promise<OutgoingMessage[]>
  /** Adds it, or replaces the one with the same id. */
  put(message: OutgoingMessage): Promise<void>
  remove(id: string): Promise<void>
}

/** One user's messages in IndexedDB: one list, oldest first, updated in one transaction. */
export function offlineMessages(userId: string): OfflineMessages {
  const store = offlineStore()
  const key = `messages.${userId}`
  // async, so that the exception of a browser that forbids IndexedDB becomes a rejection.
  const edit = async (next: (messages: OutgoingMessage[]) => OutgoingMessage[]) =>
    update(key, (stored: unknown) => next(read(stored)), store)
  return {
    all: async () => read(await get(key, store)),
    put: (message) => edit((messages) => [...messages.filter(({ id }) => id !== message.id), message]),
    remove: (removed) => edit((messages) => messages.filter(({ id }) => id !== removed)),
  }
}

const read = (stored: unknown): OutgoingMessage[] => z.array(OutgoingMessage).safeParse(stored ?? []).data ?? []
