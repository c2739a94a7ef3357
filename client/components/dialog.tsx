import { useLayoutEffect, useId, useRef } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import { t } from '../i18n/index.ts'
import { IconButton } from './button.tsx'

interface Props {
  title: string
  onClose(): void
  children: ComponentChildren
}

/**
 * A modal question. The browser's own <dialog> keeps the focus inside, closes on Escape and gives the focus back to
 * where it was. At the foot of a small screen, where the thumb is; in the middle of a large one.
 */
export function Dialog({ title, onClose, children }: Props) {
  const element = useRef<HTMLDialogElement>(null)
  const id = useId()
  useLayoutEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={element}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      class="m-auto w-full max-w-120 rounded-md border border-line bg-surface p-0 shadow-float backdrop:bg-black/40 open:animate-appear max-sm:mb-0 max-sm:max-w-none max-sm:rounded-b-none"
    >
      <div class="grid gap-5 p-5">
        <header class="-my-2 flex items-center gap-3">
          <h2 id={id} class="min-w-0 flex-1 text-lg font-semibold">
            {title}
          </h2>
          <IconButton icon="icon-[lucide--x]" label={t().common.close} onClick={onClose} class="-me-3" />
        </header>
        {children}
      </div>
    </dialog>
  )
}
