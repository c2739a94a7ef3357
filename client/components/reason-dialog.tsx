import { useState } from 'preact/hooks'
import type { Transition } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { t } from '../i18n/index.ts'
import type { OrderActions } from '../models/orders/order-actions.ts'
import { reasonsFor } from '../models/orders/labels.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { FieldFrame } from './field.tsx'

interface Props {
  order: Order
  transition: Transition
  actions: OrderActions
  onClose(): void
}

/** Requests the reason of a decline, a release or a cancellation: one from the list, or free text. */
export function ReasonDialog({ order, transition, actions, onClose }: Props) {
  const { action, to } = transition
  const [chosen, setChosen] = useState<string | null>(null)
  const [ownWords, setOwnWords] = useState('')
  const [missing, setMissing] = useState(false)
  const sending = actions.sending.value.has(order.id)
  const texts =
    action === 'decline' || action === 'release' || action === 'cancel' ? t().components.stepBack[action] : null

  async function submit(event: SubmitEvent) {
    event.preventDefault()
    const reason = [chosen, ownWords.trim()].filter(Boolean).join(': ')
    if (!reason) return setMissing(true)
    if (await actions.change(order, action, to, { reason })) onClose()
  }

  return (
    <Dialog title={texts?.title(order.number) ?? order.number} onClose={onClose}>
      <form onSubmit={submit} noValidate class="grid gap-5">
        {texts && <p class="-mt-3 text-sm text-soft">{texts.consequence}</p>}
        <fieldset class="grid gap-2">
          <legend class="mb-2 text-sm font-medium">{t().components.why}</legend>
          <div class="flex flex-wrap gap-2">
            {reasonsFor(action, order).map((reason) => (
              <button
                key={reason}
                type="button"
                aria-pressed={chosen === reason}
                onClick={() => {
                  setChosen(chosen === reason ? null : reason)
                  setMissing(false)
                }}
                class="hit rounded-sm border border-edge/60 px-3 text-sm transition-colors hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-medium"
              >
                {reason}
              </button>
            ))}
          </div>
        </fieldset>
        <FieldFrame
          label={t().components.inYourOwnWords}
          optional={chosen !== null}
          error={missing ? t().components.chooseReason : undefined}
        >
          {(attributes) => (
            <textarea
              {...attributes}
              dir="auto"
              rows={2}
              maxLength={400}
              value={ownWords}
              onInput={(event) => {
                setOwnWords(event.currentTarget.value)
                setMissing(false)
              }}
              class="w-full rounded-sm border border-edge/70 bg-surface px-3 py-2.5 text-base aria-invalid:border-danger"
            />
          )}
        </FieldFrame>
        <div class="grid grid-cols-2 gap-3">
          <Button onClick={onClose} class="min-h-12">
            {t().common.keepIt}
          </Button>
          <Button type="submit" variant={action === 'cancel' ? 'danger' : 'primary'} busy={sending} class="min-h-12">
            {t().orders.actions[action]}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
