import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { IconButton } from './button.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { FileImage } from './file-image.tsx'
import type { ShownPicture } from './picture-grid.tsx'
import { ClockTime } from './time.tsx'

interface Props {
  pictures: readonly ShownPicture[]
  /** The id of the picture that is shown first. */
  first: string
  onDelete?(id: string): Promise<void>
  onClose(): void
}

/** A picture in full size; arrow keys show the next and the previous one. */
export default function Lightbox({ pictures, first, onDelete, onClose }: Props) {
  const element = useRef<HTMLDialogElement>(null)
  const [at, setAt] = useState(() => pictures.findIndex(({ id }) => id === first))
  const [deleting, setDeleting] = useState(false)
  useLayoutEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  // Another person may have deleted the last one.
  const index = Math.min(Math.max(at, 0), pictures.length - 1)
  const picture = pictures[index]
  if (!picture) return null
  const go = (step: number) => setAt((index + step + pictures.length) % pictures.length)
  const stepOf = (key: string) => {
    if (key !== 'ArrowLeft' && key !== 'ArrowRight') return 0
    return (key === 'ArrowRight') === (document.documentElement.dir !== 'rtl') ? 1 : -1
  }

  return (
    <dialog
      ref={element}
      data-lightbox={picture.id}
      aria-label={picture.label}
      onClose={(event) => event.target === event.currentTarget && onClose()}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      onKeyDown={({ key }) => !deleting && go(stepOf(key))}
      class="m-auto h-dvh max-h-none w-dvw max-w-none bg-canvas p-0 text-ink open:animate-appear"
    >
      <div class="grid size-full grid-rows-[auto_minmax(0,1fr)_auto]">
        <header class="flex items-center gap-2 px-4 py-1">
          <p class="min-w-0 flex-1 text-sm" aria-live="polite">
            <span class="block font-medium wrap-anywhere" dir="auto">
              {picture.label}
            </span>
            {picture.at && <ClockTime at={picture.at} class="text-soft" />}
          </p>
          {onDelete && (
            <IconButton icon="icon-[lucide--trash-2]" label={t().files.delete} onClick={() => setDeleting(true)} />
          )}
          <IconButton icon="icon-[lucide--x]" label={t().common.close} onClick={onClose} class="-me-3" />
        </header>
        <FileImage
          key={picture.id}
          id={picture.id}
          size="full"
          alt={picture.label}
          class="size-full min-h-0 object-contain"
        />
        <footer class="flex min-h-14 items-center justify-center gap-4 text-sm text-soft">
          {pictures.length > 1 && (
            <>
              <IconButton
                icon="icon-[lucide--chevron-left] rtl:-scale-x-100"
                label={t().files.previous}
                onClick={() => go(-1)}
              />
              {t().files.position(index + 1, pictures.length)}
              <IconButton
                icon="icon-[lucide--chevron-right] rtl:-scale-x-100"
                label={t().files.next}
                onClick={() => go(1)}
              />
            </>
          )}
        </footer>
      </div>
      {deleting && onDelete && (
        <ConfirmDialog
          title={t().files.deleteTitle}
          button={t().files.delete}
          variant="danger"
          onConfirm={async () => {
            await onDelete(picture.id)
            if (pictures.length === 1) onClose()
          }}
          onClose={() => setDeleting(false)}
        >
          {t().files.deleteHelp}
        </ConfirmDialog>
      )}
    </dialog>
  )
}
