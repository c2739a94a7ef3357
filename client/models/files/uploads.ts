import * as z from 'zod/mini'
import { offlineList, type OfflineList } from '../offline/offline-list.ts'
import { createSendQueue } from '../offline/send-queue.ts'
import { HeldFile, type FileDraft, type HeldFiles } from './held-files.ts'

/**
 * A picture that is added to an order, by itself. `late`: it waits for a connection. `refused`: why the server did not take
 * it.
 */
export const Upload = z.extend(HeldFile, {
  orderId: z.string(),
  late: z.optional(z.boolean()),
  refused: z.optional(z.string()),
})
export type Upload = z.infer<typeof Upload>

/** Stores which pictures were not sent, across reloads. */
export type OfflineUploads = OfflineList<Upload>

export const offlineUploads = (userId: string): OfflineUploads => offlineList(`uploads.${userId}`, Upload)

export interface UploadsDependencies {
  held: HeldFiles
  /** Reads the order that has the picture now. */
  fetchOrder(orderId: string): Promise<unknown>
  stored: OfflineUploads | null
}

export type Uploads = ReturnType<typeof createUploads>

/** Pictures that are added to orders by themselves. */
export function createUploads({ held, fetchOrder, stored }: UploadsDependencies) {
  const queue = createSendQueue<Upload>({
    async send(upload) {
      await held.send(upload.orderId, [upload])
      await fetchOrder(upload.orderId).catch(() => {})
    },
    removed: (upload) => held.release([upload]),
    stored,
  })
  return {
    ...queue,
    add(orderId: string, drafts: readonly FileDraft[]): void {
      for (const file of held.hold(drafts)) queue.add({ ...file, orderId })
    },
  }
}
