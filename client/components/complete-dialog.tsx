import { useState } from 'preact/hooks'
import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import * as z from 'zod/mini'
import { mostFiles } from '#shared/files.ts'
import type { Transition } from '#shared/order-status.ts'
import { ChangeStatus } from '#shared/order-input.ts'
import type { Order } from '#shared/orders.ts'
import { missingPhotos, missingProof } from '#shared/proof.ts'
import { t } from '../i18n/index.ts'
import type { OrderActions } from '../models/orders/order-actions.ts'
import { createForm } from '../models/ui/form.ts'
import { loadChunk } from '../models/ui/load-chunk.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { FormProblem, TextArea, TextField } from './field.tsx'
import { Form } from './form.tsx'
import { PhotoField } from './photo-field.tsx'
import { useWorkspace } from './workspace-context.ts'

const SignatureField = lazy(() => loadChunk(() => import('./signature-field.tsx')))

const Completion = z.pick(ChangeStatus, { note: true, pin: true })

interface Props {
  order: Order
  transition: Transition
  actions: OrderActions
  onClose(): void
}

/** Completes the order, with what its services ask for, and an optional note and photos. */
export function CompleteDialog({ order, transition, actions, onClose }: Props) {
  const { me, held } = useWorkspace()
  const [form] = useState(() =>
    createForm({ note: '', pin: '', photos: '', signature: '' }, { draft: `${me.id}.note.${order.id}` }),
  )
  const photos = held.draftsOf(`complete.${order.id}`)
  const signature = held.draftsOf(`signature.${order.id}`)
  const missing = missingProof(order, {})
  const least = missingPhotos(order)
  // Only with fingers: a mouse may be where there is no camera.
  const [openCamera] = useState(
    () => least > 0 && photos.peek().length === 0 && matchMedia('(pointer: coarse)').matches,
  )

  function discard() {
    form.reset()
    photos.value = []
    signature.value = []
  }

  const submit = () => {
    const { note, pin } = form.values.value
    const isUnsigned = missing.includes('signature') && signature.value.length === 0
    const own = {
      photos: photos.value.length < least ? () => t().proof.photosMissing(least) : undefined,
      note: missing.includes('note') && !note.trim() ? () => t().proof.noteMissing : undefined,
      signature: isUnsigned ? () => t().proof.signatureMissing : undefined,
      pin: missing.includes('pin') && !/^\d{4}$/.test(pin) ? () => t().proof.pinMissing : undefined,
    }
    const body = { note, ...(missing.includes('pin') && { pin }) }
    return form.submit(
      Completion,
      body,
      async (texts) => {
        const files = [...photos.value, ...signature.value]
        const changed = await actions.change(order, transition.action, transition.to, { ...texts, files })
        const refusal = changed ? null : actions.refusalOf(order.id)
        if (refusal) form.fail(refusal.code === 'wrong_pin' ? { pin: refusal.text } : {}, refusal.text)
        if (!changed) return false
        discard()
        onClose()
        return true
      },
      own,
    )
  }

  return (
    <Dialog title={t().components.completeOrder(order.number)} onClose={onClose} onDiscard={discard}>
      <Form form={form} onSubmit={submit}>
        <PhotoField
          label={t().files.title}
          optional={least === 0}
          help={least > 1 ? t().proof.photosNeeded(least) : undefined}
          error={form.errors.value.photos}
          drafts={photos}
          most={mostFiles - (order.files?.length ?? 0)}
          openAtOnce={openCamera}
          onChange={() => form.fail({})}
        />
        <TextArea
          form={form}
          name="note"
          label={t().components.note}
          optional={!missing.includes('note')}
          help={t().components.noteHelp}
        />
        {missing.includes('signature') && (
          <ErrorBoundary>
            <SignatureField error={form.errors.value.signature} drafts={signature} onChange={() => form.fail({})} />
          </ErrorBoundary>
        )}
        {missing.includes('pin') && (
          <TextField
            form={form}
            name="pin"
            label={t().proof.pin}
            help={t().proof.pinHelp}
            inputMode="numeric"
            autocomplete="off"
          />
        )}
        <FormProblem form={form} />
        <Button type="submit" variant="primary" size="thumb" busy={actions.sending.value.has(order.id)}>
          {t().orders.actions.complete}
        </Button>
      </Form>
    </Dialog>
  )
}
