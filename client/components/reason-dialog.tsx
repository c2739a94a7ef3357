import { useEffect, useState } from 'preact/hooks'
import * as z from 'zod/mini'
import { mostFiles } from '#shared/files.ts'
import type { Transition } from '#shared/order-status.ts'
import { ChangeStatus } from '#shared/order-input.ts'
import type { Order } from '#shared/orders.ts'
import { t } from '../i18n/index.ts'
import type { OrderActions } from '../models/orders/order-actions.ts'
import { reasonsFor } from '../models/orders/labels.ts'
import { loadReasonLists, ownReasonsFor } from '../models/orders/reason-lists.ts'
import { createForm } from '../models/ui/form.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { FormProblem, TextArea } from './field.tsx'
import { Form } from './form.tsx'
import { PhotoField } from './photo-field.tsx'
import { useWorkspace } from './workspace-context.ts'

const Reason = z.pick(ChangeStatus, { reason: true })

interface Props {
  order: Order
  transition: Transition
  actions: OrderActions
  onClose(): void
}

/** Requests the reason of a decline, a release, a failure or a cancellation: one from the list, or free text. */
export function ReasonDialog({ order, transition, actions, onClose }: Props) {
  const { action, to } = transition
  const { me, api, held } = useWorkspace()
  const photos = held.draftsOf(`${action}.${order.id}`)
  // They are for the next dialog when they arrive late: no button moves under a finger.
  const [reasons, setReasons] = useState<readonly string[] | null>(null)
  useEffect(() => {
    const show = () =>
      setReasons((shown) => shown ?? ownReasonsFor(action, me.role) ?? reasonsFor(action, me.role, order))
    const timer = setTimeout(show, 400)
    void loadReasonLists(api).then(show)
    return () => clearTimeout(timer)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, when it opens
  }, [])
  const [form] = useState(() => createForm({ chosen: '', reason: '' }, { draft: `${me.id}.${action}.${order.id}` }))
  const { chosen } = form.values.value
  const sending = actions.sending.value.has(order.id)
  const texts =
    action === 'decline' || action === 'release' || action === 'fail' || action === 'cancel'
      ? t().orders.stepBack[action]
      : null

  const submit = () => {
    const values = form.values.value
    const reason = [values.chosen, values.reason.trim()].filter(Boolean).join(': ')
    const own = reason || !transition.reasonRequired ? {} : { reason: () => t().components.chooseReason }
    const send = async (input: z.infer<typeof Reason>) => {
      const changed = await actions.change(order, action, to, { ...input, files: photos.value })
      if (changed) discard()
      return changed
    }
    return form.submit(Reason, reason ? { reason } : {}, send, own)
  }
  function forget() {
    form.reset()
    photos.value = []
  }
  const discard = () => {
    forget()
    onClose()
  }

  return (
    <Dialog title={texts?.title(order.number) ?? order.number} onClose={onClose} onDiscard={forget}>
      <Form form={form} onSubmit={submit}>
        {texts && <p class="-mt-3 text-sm text-soft">{texts.consequence}</p>}
        <fieldset class="grid gap-2">
          <legend class="mb-2 text-sm font-medium">{t().components.why}</legend>
          <div class="flex min-h-11 flex-wrap content-start gap-2">
            {reasons?.map((reason) => (
              <button
                key={reason}
                type="button"
                aria-pressed={chosen === reason}
                onClick={() => {
                  form.change('chosen', chosen === reason ? '' : reason)
                  form.fail({})
                }}
                class="hit rounded-sm border border-edge/60 px-3 text-sm transition-colors hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-medium"
              >
                {reason}
              </button>
            ))}
          </div>
        </fieldset>
        <TextArea
          form={form}
          name="reason"
          label={t().components.inYourOwnWords}
          optional={chosen !== '' || !transition.reasonRequired}
        />
        {action === 'fail' && (
          <PhotoField label={t().files.title} optional drafts={photos} most={mostFiles - (order.files?.length ?? 0)} />
        )}
        <FormProblem form={form} />
        <div class="grid grid-cols-2 gap-3">
          <Button onClick={discard} class="min-h-12">
            {t().common.keepIt}
          </Button>
          <Button type="submit" variant={action === 'cancel' ? 'danger' : 'primary'} busy={sending} class="min-h-12">
            {t().orders.actions[action]}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}
