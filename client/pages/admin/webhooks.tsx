import { useEffect, useState } from 'preact/hooks'
import type { Webhook } from '#shared/webhooks.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { useRetryWhenBack } from '../../components/use-retry-when-back.ts'
import { useTitle } from '../../components/use-title.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { createWebhooks } from '../../models/admin/webhooks.ts'
import { WebhookDialog } from './webhook-dialogs.tsx'
import { Secret, WebhookState } from './webhook-parts.tsx'

/** The programs that are called when something happens. */
export default function WebhooksPage() {
  useTitle(t().nav.webhooks)
  const { api } = useWorkspace()
  const [model] = useState(() => createWebhooks(api))
  const [adding, setAdding] = useState(false)
  useEffect(() => void model.load(), [model])
  useRetryWhenBack(model.error.value !== null, () => void model.load())
  const webhooks = model.webhooks.value
  const issued = model.issued.value
  const add = (
    <Button variant="primary" icon="icon-[lucide--plus]" onClick={() => setAdding(true)}>
      {t().webhooks.add}
    </Button>
  )

  return (
    <main class="mx-auto w-full max-w-240 p-4 py-6">
      <div class="mb-5 flex flex-wrap items-center gap-3">
        <h1 class="me-auto text-lg font-semibold">{t().nav.webhooks}</h1>
        {webhooks !== null && webhooks.length > 0 && add}
      </div>
      {issued && <Secret secret={issued.secret} />}
      {webhooks === null &&
        (model.error.value === null ? (
          <Skeleton rows={3} class="h-16" />
        ) : (
          <Failed message={model.error.value} onRetry={() => void model.load()} />
        ))}
      {webhooks?.length === 0 && (
        <Empty icon="icon-[lucide--webhook]" title={t().webhooks.empty} action={add}>
          {t().webhooks.emptyHelp}
        </Empty>
      )}
      {webhooks !== null && webhooks.length > 0 && (
        <ul class="overflow-hidden rounded-md border border-line bg-surface">
          {webhooks.map((webhook) => (
            <Row key={webhook.id} webhook={webhook} />
          ))}
        </ul>
      )}
      {adding && <WebhookDialog model={model} webhook={null} onClose={() => setAdding(false)} />}
    </main>
  )
}

const Row = ({ webhook }: { webhook: Webhook }) => (
  <li class="not-first:border-t not-first:border-line">
    <a
      href={`/webhooks/${webhook.id}`}
      class="flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-3 transition-colors hover:bg-sunken focus-visible:-outline-offset-2"
    >
      <span class="min-w-0 flex-1 font-medium break-all max-sm:basis-full" dir="ltr">
        {webhook.url}
      </span>
      <span class="text-sm text-soft sm:w-28">{t().webhooks.eventCount(webhook.events.length)}</span>
      <span class="text-sm sm:w-52">
        <WebhookState webhook={webhook} />
      </span>
    </a>
  </li>
)
