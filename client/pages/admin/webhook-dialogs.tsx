import { useId, useState } from 'preact/hooks'
import { CreateWebhook, webhookEvents, type Webhook, type WebhookEvent } from '#shared/webhooks.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FormProblem, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { Switch } from '../../components/switch.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { needsTls, type Webhooks } from '../../models/admin/webhooks.ts'
import { createForm, type Form as FormModel } from '../../models/ui/form.ts'
import { showNotice } from '../../models/ui/notices.ts'

interface Props {
  model: Webhooks
  /** null: a new one. */
  webhook: Webhook | null
  onClose(): void
}

const isChosen = (chosen: string) => (event: WebhookEvent) => chosen.split(',').includes(event)

export function WebhookDialog({ model, webhook, onClose }: Props) {
  const { me } = useWorkspace()
  const [form] = useState(() => {
    const { url = '', events = ['order.placed'], active = true } = webhook ?? {}
    const values = { url, events: events.join(), active: String(active) }
    return createForm(values, { draft: `${me.id}.webhook.${webhook?.id ?? 'new'}` })
  })
  const { url, events: chosen, active } = form.values.value

  async function submit() {
    const events = webhookEvents.filter(isChosen(chosen))
    const own = { events: events.length === 0 ? () => t().webhooks.chooseEvents : undefined }
    const body = { url: url.trim(), events, active: active === 'true' }
    const sent = await form.submit(CreateWebhook, body, send, own)
    if (sent === false) form.fail({ url: () => t().webhooks.httpsRequired })
  }

  async function send(input: CreateWebhook) {
    try {
      await (webhook ? model.change(webhook.id, input) : model.create(input))
    } catch (error) {
      if (needsTls(error)) return false
      throw error
    }
    showNotice(webhook ? t().webhooks.saved : t().webhooks.added)
    onClose()
    return true
  }

  return (
    <Dialog title={webhook ? t().webhooks.editTitle : t().webhooks.add} onClose={onClose} onDiscard={form.reset}>
      <Form form={form} onSubmit={submit}>
        <TextField form={form} name="url" label={t().webhooks.address} />
        <Events form={form} />
        <Switch label={t().webhooks.on} on={active === 'true'} onChange={(on) => form.change('active', String(on))} />
        <FormProblem form={form} />
        <Button type="submit" variant="primary" busy={form.sending.value} class="min-h-12">
          {webhook ? t().webhooks.save : t().common.add}
        </Button>
      </Form>
    </Dialog>
  )
}

function Events({ form }: { form: FormModel<'url' | 'events' | 'active'> }) {
  const id = useId()
  const chosen = form.values.value.events
  const error = form.errors.value.events
  function toggle(event: WebhookEvent) {
    const isNow = isChosen(form.values.value.events)
    form.change('events', webhookEvents.filter((one) => isNow(one) !== (one === event)).join())
  }
  return (
    <fieldset class="grid gap-1" aria-describedby={error ? `${id}-error` : undefined}>
      <legend class="mb-1 text-sm font-medium">{t().webhooks.events}</legend>
      {webhookEvents.map((event) => (
        <label key={event} class="hit flex items-center gap-3">
          <input
            type="checkbox"
            checked={isChosen(chosen)(event)}
            aria-invalid={error ? true : undefined}
            onChange={() => toggle(event)}
            class="size-5 shrink-0 accent-accent"
          />
          <span class="min-w-0 flex-1">{t().webhooks.eventNames[event]}</span>
          <code class="text-xs text-soft">{event}</code>
        </label>
      ))}
      {error && (
        <p id={`${id}-error`} class="flex gap-1.5 text-sm text-danger">
          <span class="mt-0.5 icon-[lucide--circle-alert] size-4 shrink-0" aria-hidden="true" />
          {error}
        </p>
      )}
    </fieldset>
  )
}
