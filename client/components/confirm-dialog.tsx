import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { messageOf } from '../models/session/api-error.ts'
import { showNotice } from '../models/ui/notices.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

interface Props {
  title: string
  children: ComponentChildren
  button: string
  variant: 'primary' | 'danger'
  /** Rejects with ApiError. */
  onConfirm(): Promise<void>
  onClose(): void
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog({ title, children, button, variant, onConfirm, onClose }: Props) {
  const [busy, setBusy] = useState(false)
  async function confirm() {
    setBusy(true)
    try {
      await onConfirm()
      onClose()
    } catch (error) {
      setBusy(false)
      showNotice(messageOf(error), 'problem')
    }
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{children}</p>
      <Button variant={variant} busy={busy} class="min-h-12" onClick={() => void confirm()}>
        {button}
      </Button>
    </Dialog>
  )
}
