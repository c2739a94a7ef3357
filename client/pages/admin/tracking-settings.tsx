import { useEffect, useState } from 'preact/hooks'
import { linkRights, TrackingSettings, type LinkRight } from '#shared/tracking.ts'
import { t } from '../../i18n/index.ts'
import { Failed, Skeleton } from '../../components/list-states.tsx'
import { Page } from '../../components/page.tsx'
import { Switch } from '../../components/switch.tsx'
import { useRetryWhenBack } from '../../components/use-retry-when-back.ts'
import { useTitle } from '../../components/use-title.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { SettingsNav } from './settings-nav.tsx'

const path = '/tracking/settings'

/** What holders of tracking links may do. Every change is stored at once. */
export default function TrackingSettingsPage() {
  useTitle(t().tracking.links)
  const { api } = useWorkspace()
  const [settings, setSettings] = useState<TrackingSettings | null>(null)
  const [problem, setProblem] = useState<unknown>(null)
  const load = () => {
    setProblem(null)
    api.get(path, TrackingSettings).then(setSettings, (error: unknown) => setProblem(error))
  }
  useEffect(load, [api])
  useRetryWhenBack(problem !== null, load)

  async function set(right: LinkRight, on: boolean) {
    if (!settings) return
    const wanted = { ...settings, [right]: on }
    setSettings(wanted)
    try {
      setSettings(await api.put(path, TrackingSettings, wanted))
    } catch (error) {
      setSettings(settings)
      showNotice(messageOf(error), 'problem')
    }
  }

  return (
    <Page width="vendor">
      <SettingsNav />
      <h1 class="mb-2 text-lg font-semibold">{t().tracking.links}</h1>
      <p class="mb-6 text-sm text-pretty text-soft">{t().tracking.settingsHelp}</p>
      {problem !== null && <Failed message={messageOf(problem)} onRetry={load} />}
      {problem === null && !settings && <Skeleton rows={1} class="h-48" />}
      {settings && (
        <section aria-labelledby="holders-may" class="grid gap-1 rounded-md border border-line bg-surface p-4">
          <h2 id="holders-may" class="mb-2 text-sm font-semibold">
            {t().tracking.holdersMay}
          </h2>
          {linkRights.map((right) => (
            <Switch
              key={right}
              label={t().tracking.may[right]}
              on={settings[right]}
              onChange={(on) => void set(right, on)}
            />
          ))}
        </section>
      )}
    </Page>
  )
}
