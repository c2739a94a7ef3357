import { useModel } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { PreferenceEvent, QuietHours } from '#shared/notification-preferences.ts'
import { t } from '../i18n/index.ts'
import { BackLink } from '../components/back-link.tsx'
import { Failed, Skeleton } from '../components/list-states.tsx'
import { Page } from '../components/page.tsx'
import { Switch } from '../components/switch.tsx'
import { useRetryWhenBack } from '../components/use-retry-when-back.ts'
import { useTitle } from '../components/use-title.ts'
import { useWorkspace } from '../components/workspace-context.ts'
import { PreferencesModel } from '../models/notifications/preferences.ts'
import { messageOf } from '../models/session/api-error.ts'
import { showNotice } from '../models/ui/notices.ts'

/** What this person is told of, and how. Every change is stored at once. */
export default function NotificationSettingsPage() {
  useTitle(t().notificationSettings.title)
  const { api, me } = useWorkspace()
  const model = useModel(() => new PreferencesModel(api))
  useEffect(() => void model.load(), [model])
  useRetryWhenBack(model.error.value !== null, () => void model.load())
  const preferences = model.preferences.value

  return (
    <Page width={me.role === 'admin' ? 'vendor' : me.role}>
      <BackLink href="/notifications">{t().notifications.title}</BackLink>
      <h1 class="mb-4 text-lg font-semibold">{t().notificationSettings.title}</h1>
      {model.error.value !== null && <Failed message={model.error.value} onRetry={() => void model.load()} />}
      {preferences === null && model.error.value === null && <Skeleton rows={1} class="h-80" />}
      {preferences && (
        <div class="grid gap-8">
          <Events model={model} />
          {preferences.channels.includes('push') && <Quiet model={model} quietHours={preferences.quietHours} />}
        </div>
      )}
    </Page>
  )
}

const reportFailure = (error: unknown) => showNotice(messageOf(error), 'problem')

function Events({ model }: { model: PreferencesModel }) {
  const { me } = useWorkspace()
  const channels = model.channels.value
  const nameOfEvent = (event: PreferenceEvent) =>
    event === 'order.released' && me.role === 'vendor'
      ? t().notificationSettings.takenBack
      : t().notificationSettings.events[event]
  return (
    <ul class="rounded-md border border-line bg-surface">
      {model.events.value.map((event) => (
        <li
          key={event}
          class="flex flex-wrap items-center justify-between gap-x-6 px-4 py-2 not-first:border-t not-first:border-line"
        >
          <span class="min-w-[min(100%,12rem)] flex-1 py-1 text-pretty">{nameOfEvent(event)}</span>
          <span class="flex flex-wrap gap-x-3">
            {channels.map((channel) => {
              const on = model.preferences.value?.events[event]?.[channel]
              const name = t().notificationSettings.channels[channel]
              return (
                on !== undefined && (
                  <label key={channel} class="hit flex items-center gap-1.5 text-sm">
                    <input
                      type="checkbox"
                      class="size-5"
                      aria-label={t().notificationSettings.cell(nameOfEvent(event), name)}
                      checked={on}
                      onChange={({ currentTarget: { checked } }) =>
                        void model.choose(event, channel, checked).catch(reportFailure)
                      }
                    />
                    {name}
                  </label>
                )
              )
            })}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Quiet({ model, quietHours }: { model: PreferencesModel; quietHours: QuietHours | null }) {
  const timeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  const set = (hours: QuietHours | null) => void model.change({ quietHours: hours }).catch(reportFailure)
  return (
    <section class="grid gap-2" aria-label={t().notificationSettings.quietHours}>
      <Switch
        label={t().notificationSettings.quietHours}
        on={quietHours !== null}
        onChange={(on) => set(on ? { from: '22:00', to: '07:00', timeZone } : null)}
      />
      <p class="text-sm text-soft">{t().notificationSettings.quietHelp}</p>
      {quietHours && (
        <div class="flex flex-wrap items-center gap-4">
          {(['from', 'to'] as const).map((end) => (
            <label key={end} class="flex items-center gap-2 text-sm">
              {t().notificationSettings[end]}
              <input
                type="time"
                required
                value={quietHours[end]}
                onChange={({ currentTarget: { value } }) =>
                  value && set({ ...quietHours, timeZone, [end]: value.slice(0, 5) })
                }
                class="hit rounded-sm border border-edge/70 bg-surface px-3 text-base"
              />
            </label>
          ))}
          <span class="text-sm text-soft">{quietHours.timeZone}</span>
        </div>
      )}
    </section>
  )
}
