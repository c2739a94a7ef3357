import { useState } from 'preact/hooks'
import type { WebhookAttempt, WebhookDelivery } from '#shared/webhooks.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { LoadOlder } from '../../components/load-older.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { ClockTime } from '../../components/time.tsx'
import type { WebhookLog } from '../../models/admin/webhooks.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { shortDuration } from '../../models/ui/format.ts'
import { showNotice } from '../../models/ui/notices.ts'

interface Props {
  log: WebhookLog
  /** Whether the webhook is on: only then a delivery can be sent again. */
  active: boolean
  onRefresh(): void
}

export function DeliveryList({ log, active, onRefresh }: Props) {
  const deliveries = log.deliveries.value
  const refresh = () => {
    void log.load()
    onRefresh()
  }
  return (
    <section>
      <div class="mb-3 flex flex-wrap items-center justify-between gap-3">
        <h2 class="font-semibold">{t().webhooks.log}</h2>
        <Button size="sm" icon="icon-[lucide--rotate-cw]" onClick={refresh}>
          {t().webhooks.refresh}
        </Button>
      </div>
      {deliveries === null &&
        (log.error.value === null ? (
          <Skeleton rows={3} class="h-14" />
        ) : (
          <Failed message={log.error.value} onRetry={refresh} />
        ))}
      {deliveries?.length === 0 && <Empty icon="icon-[lucide--send]" title={t().webhooks.logEmpty} />}
      {deliveries !== null && deliveries.length > 0 && (
        <ul class="overflow-hidden rounded-md border border-line bg-surface">
          {deliveries.map((delivery) => (
            <li key={delivery.id} data-delivery={delivery.state} class="not-first:border-t not-first:border-line">
              <Delivery delivery={delivery} log={log} active={active} onSent={refresh} />
            </li>
          ))}
        </ul>
      )}
      <LoadOlder feed={log} />
    </section>
  )
}

const styles = {
  delivered: { icon: 'icon-[lucide--check]', text: 'text-completed' },
  waiting: { icon: 'icon-[lucide--hourglass]', text: 'text-pending' },
  failed: { icon: 'icon-[lucide--x]', text: 'text-danger' },
} as const

interface DeliveryProps {
  delivery: WebhookDelivery
  log: WebhookLog
  active: boolean
  onSent(): void
}

function Delivery({ delivery, log, active, onSent }: DeliveryProps) {
  const { event, state, createdAt, attempts, payload } = delivery
  const { icon, text } = styles[state]
  return (
    <details class="group">
      <summary class="flex cursor-pointer flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 hover:bg-sunken focus-visible:-outline-offset-2">
        <span class="icon-[lucide--chevron-right] size-4 shrink-0 text-soft transition-transform group-open:rotate-90 rtl:-scale-x-100" />
        <span class="min-w-40 flex-1">{t().webhooks.eventNames[event]}</span>
        <span class={`inline-flex items-center gap-1.5 text-sm ${text}`}>
          <span class={`${icon} size-4 shrink-0`} aria-hidden="true" />
          <StateText delivery={delivery} />
        </span>
        <ClockTime at={createdAt} class="text-sm text-soft sm:w-32 sm:text-end" />
      </summary>
      <div class="grid gap-4 p-4">
        <ul class="grid gap-2">
          {attempts.map((attempt) => (
            <Attempt key={attempt.at} attempt={attempt} />
          ))}
        </ul>
        <Code title={t().webhooks.payload} text={indented(payload)} />
        {active && event !== 'test' && <ReplayButton id={delivery.id} log={log} onSent={onSent} />}
      </div>
    </details>
  )
}

function StateText({ delivery: { state, nextAttemptAt } }: Pick<DeliveryProps, 'delivery'>) {
  if (state !== 'waiting' || !nextAttemptAt) return <>{t().webhooks[state]}</>
  return (
    <span>
      <RichText text={t().webhooks.nextAttempt} parts={{ time: <ClockTime at={nextAttemptAt} /> }} />
    </span>
  )
}

function Attempt({ attempt: { at, status, error, detail, durationMs, response } }: { attempt: WebhookAttempt }) {
  return (
    <li class="grid gap-1 text-sm">
      <p class="flex flex-wrap gap-x-3">
        {status !== null && <span class="font-medium">{t().webhooks.code(status)}</span>}
        {error && <span class="text-danger">{t().webhooks.errors[error]}</span>}
        <span class="text-soft">
          <RichText text={t().webhooks.attempt(shortDuration(durationMs))} parts={{ time: <ClockTime at={at} /> }} />
        </span>
      </p>
      {detail && (
        <p class="break-words text-soft" dir="ltr">
          {detail}
        </p>
      )}
      {response && <Code title={t().webhooks.response} text={response} />}
    </li>
  )
}

const Code = ({ title, text }: { title: string; text: string }) => (
  <div class="grid gap-1">
    <p class="text-sm text-soft">{title}</p>
    <pre
      tabindex={0}
      role="region"
      aria-label={title}
      dir="ltr"
      class="max-h-80 overflow-auto rounded-sm bg-sunken p-3 text-xs break-words whitespace-pre-wrap"
    >
      {text}
    </pre>
  </div>
)

/** The same JSON, for people. */
function indented(body: string): string {
  const content: unknown = JSON.parse(body)
  return JSON.stringify(content, null, 2)
}

function ReplayButton({ id, log, onSent }: Pick<DeliveryProps, 'log' | 'onSent'> & { id: string }) {
  const [busy, setBusy] = useState(false)
  async function replay() {
    setBusy(true)
    try {
      await log.replay(id)
      showNotice(t().webhooks.replayed)
      // The answer of most receivers is there by then; the others need another refresh.
      setTimeout(onSent, 1_000)
    } catch (error) {
      showNotice(messageOf(error), 'problem')
    }
    setBusy(false)
  }
  return (
    <div>
      <Button size="sm" icon="icon-[lucide--rotate-cw]" busy={busy} onClick={() => void replay()}>
        {t().webhooks.replay}
      </Button>
    </div>
  )
}
