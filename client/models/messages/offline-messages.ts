import * as z from 'zod/mini'
import { HeldFile } from '../files/held-files.ts'
import { offlineList, type OfflineList } from '../offline/offline-list.ts'

/** A message that the server has not confirmed. `late`: it waits for a connection. `refused`: why the server did not take it. */
export const OutgoingMessage = z.object({
  id: z.string(),
  orderId: z.string(),
  text: z.string(),
  internal: z.boolean(),
  files: z.optional(z.array(HeldFile)),
  at: z.string(),
  late: z.optional(z.boolean()),
  refused: z.optional(z.string()),
})
export type OutgoingMessage = z.infer<typeof OutgoingMessage>

/** Stores the messages that could not be sent, across reloads. */
export type OfflineMessages = OfflineList<OutgoingMessage>

export const offlineMessages = (userId: string): OfflineMessages => offlineList(`messages.${userId}`, OutgoingMessage)
