import { useState } from 'preact/hooks'
import { awaitedIn } from '#shared/deadlines.ts'
import type { Notification } from '#shared/notifications.ts'
import { t } from '../i18n/index.ts'
import { Button } from '../components/button.tsx'
import { Empty, Failed, Skeleton } from '../components/list-states.tsx'
import { LoadOlder } from '../components/load-older.tsx'
import { Page } from '../components/page.tsx'
import { PushCard } from '../components/push-card.tsx'
import { RichText } from '../components/rich-text.tsx'
import { statusStyles } from '../components/status-chip.tsx'
import { RelativeTime } from '../components/time.tsx'
import { useRetryWhenBack } from '../components/use-retry-when-back.ts'
import { useTitle } from '../components/use-title.ts'
import { useWorkspace } from '../components/workspace-context.ts'
import { messageOf } from '../models/session/api-error.ts'
import { showNotice } from '../models/ui/notices.ts'

/** What others did with this person's orders, newest first. */
export default function NotificationsPage() {
  useTitle(t().notifications.title)
  const { me, notifications } = useWorkspace()
  const list = notifications.list.value
  const error = notifications.error.value
  useRetryWhenBack(error !== null, () => void notifications.load())

  return (
    <Page width={me.role === 'admin' ? 'vendor' : me.role}>
      <div class="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h1 class="text-lg font-semibold">{t().notifications.title}</h1>
        <div class="flex flex-wrap items-center gap-3">
          {notifications.unread.value > 0 && <ReadAll readAll={notifications.readAll} />}
          <a
            href="/notifications/settings"
            class="hit flex items-center gap-2 rounded-sm text-sm text-soft hover:text-ink"
          >
            <span class="icon-[lucide--settings-2] size-4" aria-hidden="true" />
            {t().notificationSettings.open}
          </a>
        </div>
      </div>
      <PushCard />
      {notifications.state.value === 'loading' && <Skeleton rows={4} class="h-20" />}
      {notifications.state.value === 'failed' && error !== null && (
        <Failed message={error} onRetry={() => void notifications.load()} />
      )}
      {notifications.state.value === 'ready' && list.length === 0 && (
        <Empty icon="icon-[lucide--bell]" title={t().notifications.empty}>
          {t().notifications.emptyHelp[me.role]}
        </Empty>
      )}
      {list.length > 0 && (
        <ul class="overflow-hidden rounded-md border border-line bg-surface">
          {list.map((notification) => (
            <Row key={notification.id} notification={notification} />
          ))}
        </ul>
      )}
      <LoadOlder feed={notifications} />
    </Page>
  )
}

function ReadAll({ readAll }: { readAll(): Promise<void> }) {
  const [busy, setBusy] = useState(false)
  async function mark() {
    setBusy(true)
    try {
      await readAll()
    } catch (error) {
      showNotice(messageOf(error), 'problem')
    }
    setBusy(false)
  }
  return (
    <Button icon="icon-[lucide--check-check]" busy={busy} onClick={() => void mark()}>
      {t().notifications.readAll}
    </Button>
  )
}

function Row({ notification }: { notification: Notification }) {
  const { order, note, at, read } = notification
  const { icon, chip } = statusStyles[order.status]
  return (
    <li data-notification={notification.event} class="not-first:border-t not-first:border-line">
      <a
        href={`/orders/${order.id}`}
        class="flex gap-3 p-4 transition-colors hover:bg-sunken focus-visible:-outline-offset-2"
      >
        <span aria-hidden="true" class={`mt-0.5 grid size-7 shrink-0 place-items-center rounded-full ${chip}`}>
          <span class={`${icon} size-4`} />
        </span>
        <span class="grid min-w-0 flex-1 gap-0.5">
          <span class={`text-pretty ${read ? '' : 'font-semibold'}`}>
            <Sentence notification={notification} />
          </span>
          {note && (
            <span class="line-clamp-2 whitespace-pre-line text-soft" dir="auto">
              {note}
            </span>
          )}
          <span class="flex flex-wrap gap-x-3 text-sm text-soft">
            <span>{order.number}</span>
            <RelativeTime at={at} />
          </span>
        </span>
        {!read && (
          <span class="mt-2 size-2 shrink-0 rounded-full bg-accent">
            <span class="sr-only">{t().notifications.unread}</span>
          </span>
        )}
      </a>
    </li>
  )
}

/** "Ben is on the way". A recipient who may not know who did it is told what happened only. */
function Sentence({ notification: { event, order, by, vendor } }: { notification: Notification }) {
  const { me } = useWorkspace()
  const former = event === 'order.released' && me.role === 'vendor'
  if (former) return <>{by ? t().notifications.takenBack : t().notifications.givenAway}</>
  if (event === 'order.late') return <>{t().notifications.late[awaitedIn(order.status) ?? 'accept']}</>
  const name = by?.name ?? t().notifications.ourTeam
  return (
    <RichText text={t().notifications.events[event]} parts={{ name: <bdi>{name}</bdi>, vendor: <bdi>{vendor}</bdi> }} />
  )
}
