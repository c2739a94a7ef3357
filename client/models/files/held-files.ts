import { signal, type Signal } from '@preact/signals'
import * as z from 'zod/mini'
import { fileKinds, UploadedFile } from '#shared/file-input.ts'
import { readOnly } from '../../live/read-only.ts'
import { randomKey } from '../session/random-key.ts'
import type { FileRequests } from '../session/file-requests.ts'
import type { OfflineFiles } from './offline-files.ts'

/** A picture that belongs to a change or a message that has not been sent. `id`: the server stores it once for each id. */
export const HeldFile = z.object({ id: z.string(), kind: z.enum(fileKinds), name: z.string() })
export type HeldFile = z.infer<typeof HeldFile>

/** As a form holds it. */
export interface FileDraft extends HeldFile {
  blob: Blob
}

export interface HeldFilesDependencies {
  requests: Pick<FileRequests, 'upload'>
  /** Where pictures wait across reloads; null: in this page only. */
  stored: OfflineFiles | null
}

export type HeldFiles = ReturnType<typeof createHeldFiles>

const heldOf = ({ id, kind, name }: FileDraft): HeldFile => ({ id, kind, name })

/** The pictures of changes and messages on their way to the server. Each is sent before what names it. */
export function createHeldFiles({ requests, stored }: HeldFilesDependencies) {
  const blobs = new Map<string, Blob>()
  const sent = signal<ReadonlySet<string>>(new Set())
  const forms = new Map<string, Signal<readonly FileDraft[]>>()

  async function blobOf(id: string): Promise<Blob | null> {
    return blobs.get(id) ?? (await stored?.get(id).catch(() => null)) ?? null
  }

  return {
    /** Keeps them until `release`. Written before what names them, by the order of IndexedDB's transactions. */
    hold(drafts: readonly FileDraft[]): HeldFile[] {
      for (const { id, blob } of drafts) {
        blobs.set(id, blob)
        // Without a working IndexedDB it waits in this page only.
        void stored?.put(id, blob).catch(() => {})
      }
      return drafts.map(heldOf)
    },

    /** What a form holds, while it is closed too. `name`: of the form, for one order. */
    draftsOf(name: string): Signal<readonly FileDraft[]> {
      const known = forms.get(name) ?? signal<readonly FileDraft[]>([])
      forms.set(name, known)
      return known
    },

    /** null when this browser has removed it. */
    blobOf,
    /** The ids of those that the server has. */
    sent: readOnly<ReadonlySet<string>>(sent),

    /**
     * Sends what the server does not have, one after the other. Rejects with ApiError. One that this browser has removed is
     * left out: the server says whether it is missing.
     */
    async send(orderId: string, files: readonly HeldFile[]): Promise<void> {
      for (const { id, kind, name } of files) {
        const blob = sent.peek().has(id) ? null : await blobOf(id)
        if (!blob) continue
        const query = new URLSearchParams({ kind, id, name })
        UploadedFile.parse(await requests.upload(`/orders/${encodeURIComponent(orderId)}/files?${query}`, blob))
        sent.value = new Set(sent.peek()).add(id)
      }
    },

    /** For a form that is filled in again: under new ids, as the server may have refused the old ones. */
    async draftsAgain(files: readonly HeldFile[]): Promise<FileDraft[]> {
      const found = await Promise.all(files.map(async (file) => ({ ...file, blob: await blobOf(file.id) })))
      return found.flatMap(({ blob, kind, name }) => (blob ? [{ id: randomKey(), kind, name, blob }] : []))
    },

    /** They are no longer needed here. */
    release(files: readonly HeldFile[]): void {
      for (const { id } of files) {
        blobs.delete(id)
        void stored?.remove(id).catch(() => {})
      }
    },
  }
}
