import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import { t } from '../i18n/index.ts'
import { loadChunk } from '../models/ui/load-chunk.ts'
import { FileImage } from './file-image.tsx'

const Lightbox = lazy(() => loadChunk(() => import('./lightbox.tsx')))

/** `label`: what it is. `at`: when it was taken or sent. */
export interface ShownPicture {
  id: string
  label: string
  at?: string
}

interface Props {
  pictures: readonly ShownPicture[]
  /** Removes a picture for everyone; absent where the person may not. Rejects with ApiError. */
  onDelete?(id: string): Promise<void>
  /** Further items of the list. */
  children?: ComponentChildren
}

export const tile = 'block size-[5rem] rounded-sm border border-line object-cover'

/** Small pictures; each opens the lightbox. */
export function PictureGrid({ pictures, onDelete, children }: Props) {
  const [openId, setOpenId] = useState<string | null>(null)
  return (
    <>
      <ul class="flex flex-wrap gap-2">
        {pictures.map(({ id, label }) => (
          <li key={id}>
            <button
              type="button"
              data-picture={id}
              aria-label={t().files.open(label)}
              onClick={() => setOpenId(id)}
              class="rounded-sm hover:opacity-90"
            >
              <FileImage id={id} size="small" alt="" class={tile} />
            </button>
          </li>
        ))}
        {children}
      </ul>
      {openId !== null && pictures.length > 0 && (
        <ErrorBoundary>
          <Lightbox pictures={pictures} first={openId} onDelete={onDelete} onClose={() => setOpenId(null)} />
        </ErrorBoundary>
      )}
    </>
  )
}
