import { useState } from 'preact/hooks'
import * as z from 'zod/mini'
import type { Transition } from '#shared/order-status.ts'
import { ChangeStatus } from '#shared/order-input.ts'
import type { Order } from '#shared/orders.ts'
import { t } from '../i18n/index.ts'
import type { OrderActions } from '../models/orders/order-actions.ts'
import { createForm } from '../models/ui/form.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { FormProblem, TextArea } from './field.tsx'
import { Form } from './form.tsx'
import { useWorkspace } from './workspace-context.ts'

const Note = z.pick(ChangeStatus, { note: true })

interface Props {
  order: Order
  transition: Transition
  actions: OrderActions
  onClose(): void
}

/** Completes the order, with an optional note. */
export function CompleteDialog({ order, transition, actions, onClose }: Props) {
  const { me } = useWorkspace()
  const [form] = useState(() => createForm({ note: '' }, { draft: `${me.id}.note.${order.id}` }))
  const submit = () =>
    form.submit(Note, form.values.value, async (texts) => {
      const changed = await actions.change(order, transition.action, transition.to, texts)
      if (changed) onClose()
      return changed
    })
  return (
    <Dialog title={t().components.completeOrder(order.number)} onClose={onClose} onDiscard={form.reset}>
      <Form form={form} onSubmit={submit}>
        <TextArea form={form} name="note" label={t().components.note} optional help={t().components.noteHelp} />
        <FormProblem form={form} />
        <Button type="submit" variant="primary" size="thumb" busy={actions.sending.value.has(order.id)}>
          {t().orders.actions.complete}
        </Button>
      </Form>
    </Dialog>
  )
}
