import { useState } from 'preact/hooks'
import type { Transition } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { t } from '../i18n/index.ts'
import type { OrderActions } from '../models/orders/order-actions.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { FieldFrame } from './field.tsx'

interface Props {
  order: Order
  transition: Transition
  actions: OrderActions
  onClose(): void
}

/** Completes the order, with an optional note. */
export function CompleteDialog({ order, transition, actions, onClose }: Props) {
  const [note, setNote] = useState('')
  async function submit(event: SubmitEvent) {
    event.preventDefault()
    if (await actions.change(order, transition.action, transition.to, { note: note.trim() })) onClose()
  }
  return (
    <Dialog title={t().components.completeOrder(order.number)} onClose={onClose}>
      <form onSubmit={submit} class="grid gap-5">
        <FieldFrame label={t().components.note} optional help={t().components.noteHelp}>
          {(attributes) => (
            <textarea
              {...attributes}
              dir="auto"
              rows={3}
              maxLength={2000}
              value={note}
              onInput={(event) => setNote(event.currentTarget.value)}
              class="w-full rounded-sm border border-edge/70 bg-surface px-3 py-2.5 text-base"
            />
          )}
        </FieldFrame>
        <Button type="submit" variant="primary" size="thumb" busy={actions.sending.value.has(order.id)}>
          {t().orders.actions.complete}
        </Button>
      </form>
    </Dialog>
  )
}
