import { useLayoutEffect, useId, useRef } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import { t } from '../i18n/index.ts'
import { IconButton } from './button.tsx'

interface Props {
  title: string
  onClose(): void
  /** Forgets what was typed, before the close button closes. Escape and Back on a phone close too, and keep it. */
  onDiscard?(): void
  children: ComponentChildren
}

const firstField = 'input:not([type=radio]), input:checked, select, textarea'

/**
 * A modal dialog. The first field has the focus. The <dialog> element traps it, closes on Escape and restores the focus. It is at the bottom of
 * a small screen, within reach of the thumb, and in the middle of a large one. A click beside it closes it until something is
 * typed.
 */
export function Dialog({ title, onClose, onDiscard, children }: Props) {
  const typed = useRef(false)
  const element = useRef<HTMLDialogElement>(null)
  const id = useId()
  useLayoutEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    // On a touch screen the keyboard would cover the dialog.
    if (matchMedia('(pointer: fine)').matches) dialog?.querySelector<HTMLElement>(firstField)?.focus()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={element}
      aria-labelledby={id}
      onClose={onClose}
      onInput={() => (typed.current = true)}
      onClick={(event) => event.target === event.currentTarget && !typed.current && onClose()}
      class="m-auto w-full max-w-120 rounded-md border border-line bg-surface p-0 shadow-float backdrop:bg-black/40 open:animate-appear max-sm:mb-0 max-sm:max-w-none max-sm:rounded-b-none"
    >
      <div class="grid gap-5 p-5">
        <header class="flex items-center gap-3">
          <h2 id={id} class="min-w-0 flex-1 text-lg font-semibold">
            {title}
          </h2>
          <IconButton
            icon="icon-[lucide--x]"
            label={t().common.close}
            onClick={() => {
              onDiscard?.()
              onClose()
            }}
            class="-my-2 -me-3"
          />
        </header>
        {children}
      </div>
    </dialog>
  )
}
