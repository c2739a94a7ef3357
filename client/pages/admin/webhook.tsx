import { useLocation } from 'preact-iso/router'
import { useEffect, useState } from 'preact/hooks'
import type { Webhook } from '#shared/webhooks.ts'
import { t } from '../../i18n/index.ts'
import { BackLink } from '../../components/back-link.tsx'
import { Button } from '../../components/button.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { ClockTime } from '../../components/time.tsx'
import { useRetryWhenBack } from '../../components/use-retry-when-back.ts'
import { useTitle } from '../../components/use-title.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { createWebhookLog, createWebhooks, type WebhookLog, type Webhooks } from '../../models/admin/webhooks.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { WebhookDialog } from './webhook-dialogs.tsx'
import { DeliveryList } from './webhook-log.tsx'
import { Secret, WebhookState } from './webhook-parts.tsx'

/** One webhook: its state, what was sent to it, and what can be done. */
export default function WebhookPage({ params }: { params?: Record<string, string> }) {
  useTitle(t().nav.webhooks)
  const id = params?.id ?? ''
  const { api } = useWorkspace()
  const [model] = useState(() => createWebhooks(api))
  const [log] = useState(() => createWebhookLog(api, id))
  useEffect(() => {
    void model.load()
    void log.load()
  }, [model, log])
  useRetryWhenBack(model.error.value !== null, () => void model.load())
  const webhooks = model.webhooks.value
  const webhook = webhooks?.find((one) => one.id === id)

  return (
    <main class="mx-auto w-full max-w-240 p-4 py-6">
      <BackLink href="/webhooks">{t().nav.webhooks}</BackLink>
      {webhooks === null &&
        (model.error.value === null ? (
          <Skeleton rows={3} class="h-16" />
        ) : (
          <Failed message={model.error.value} onRetry={() => void model.load()} />
        ))}
      {webhooks !== null && !webhook && <Empty icon="icon-[lucide--webhook]" title={t().webhooks.unknown} />}
      {webhook && <Details webhook={webhook} model={model} log={log} />}
    </main>
  )
}

interface DetailsProps {
  webhook: Webhook
  model: Webhooks
  log: WebhookLog
}

function Details({ webhook, model, log }: DetailsProps) {
  const { id, url, events, oldSecretUntil } = webhook
  const { route } = useLocation()
  const [dialog, setDialog] = useState<'edit' | 'rotate' | 'remove' | null>(null)
  const close = () => setDialog(null)
  const issued = model.issued.value

  async function remove() {
    await model.remove(id)
    showNotice(t().webhooks.removed)
    route('/webhooks')
  }

  return (
    <>
      <h1 class="text-lg font-semibold break-all" dir="ltr">
        {url}
      </h1>
      <p class="mt-1 text-sm">
        <WebhookState webhook={webhook} />
      </p>
      <p class="mt-1 text-sm text-soft">{events.map((event) => t().webhooks.eventNames[event]).join(' · ')}</p>
      {oldSecretUntil && (
        <p class="mt-1 text-sm text-soft">
          <RichText text={t().webhooks.oldSecretUntil} parts={{ time: <ClockTime at={oldSecretUntil} /> }} />
        </p>
      )}
      <div class="my-5 flex flex-wrap gap-2">
        <TestButton log={log} onTested={() => void model.load()} />
        <Button icon="icon-[lucide--pencil]" onClick={() => setDialog('edit')}>
          {t().webhooks.edit}
        </Button>
        <Button icon="icon-[lucide--key-round]" onClick={() => setDialog('rotate')}>
          {t().webhooks.rotate}
        </Button>
        <Button icon="icon-[lucide--trash-2]" onClick={() => setDialog('remove')}>
          {t().webhooks.remove}
        </Button>
      </div>
      {issued && <Secret secret={issued.secret} />}
      <DeliveryList log={log} active={webhook.active} onRefresh={() => void model.load()} />
      {dialog === 'edit' && <WebhookDialog model={model} webhook={webhook} onClose={close} />}
      {dialog === 'rotate' && (
        <ConfirmDialog
          title={t().webhooks.rotateQuestion}
          button={t().webhooks.rotate}
          variant="primary"
          onConfirm={() => model.rotate(id)}
          onClose={close}
        >
          {t().webhooks.rotateHelp}
        </ConfirmDialog>
      )}
      {dialog === 'remove' && (
        <ConfirmDialog
          title={t().webhooks.removeQuestion}
          button={t().webhooks.remove}
          variant="danger"
          onConfirm={remove}
          onClose={close}
        >
          <RichText text={t().webhooks.removeHelp} parts={{ url: <bdi class="font-medium break-all">{url}</bdi> }} />
        </ConfirmDialog>
      )}
    </>
  )
}

function TestButton({ log, onTested }: { log: WebhookLog; onTested(): void }) {
  const [busy, setBusy] = useState(false)
  async function test() {
    setBusy(true)
    try {
      const { attempts } = await log.test()
      const { error, status } = attempts[0] ?? { error: 'connection', status: null }
      if (error === null) showNotice(t().webhooks.testDelivered(status ?? 0))
      else showNotice(t().webhooks.errors[error], 'problem')
      onTested()
    } catch (error) {
      showNotice(messageOf(error), 'problem')
    }
    setBusy(false)
  }
  return (
    <Button variant="primary" icon="icon-[lucide--send]" busy={busy} onClick={() => void test()}>
      {t().webhooks.test}
    </Button>
  )
}
