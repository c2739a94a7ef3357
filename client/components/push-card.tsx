import { useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { messageOf } from '../models/session/api-error.ts'
import { readSetting, writeSetting } from '../models/ui/local-storage.ts'
import { showNotice } from '../models/ui/notices.ts'
import { Button, IconButton } from './button.tsx'
import { useWorkspace } from './workspace-context.ts'

const laterKey = 'push-later'

/** Whether this browser rings while the page is closed. Nothing where a browser has no push messages. */
export function PushCard() {
  const { push, me } = useWorkspace()
  const state = push.state.value
  if (state === 'unknown') return null
  return (
    <section
      aria-label={t().push.title}
      class="mb-6 flex flex-wrap items-center gap-3 rounded-md border border-line bg-surface p-4"
    >
      <span class="icon-[lucide--bell-ring] size-5 shrink-0 text-accent" aria-hidden="true" />
      <div class="min-w-[min(100%,12rem)] flex-1">
        <p class="font-semibold">{state === 'on' ? t().push.isOn : t().push.title}</p>
        <p class="text-sm text-soft">
          {state === 'install' ? t().push.install : state === 'denied' ? t().push.denied : t().push.help[me.role]}
        </p>
      </div>
      {state === 'on' && (
        <>
          <Press act={push.ring} done={t().push.ringing}>
            {t().push.ring}
          </Press>
          <Press act={push.turnOff}>{t().push.turnOff}</Press>
        </>
      )}
      {state === 'off' && (
        <Press act={push.turnOn} primary>
          {t().push.turnOn}
        </Press>
      )}
    </section>
  )
}

/** The same above the offers, until it is on or the vendor has put it away. */
export function PushHint() {
  const { push } = useWorkspace()
  const [later, setLater] = useState(readSetting(laterKey) !== null)
  const state = push.state.value
  if (later || (state !== 'off' && state !== 'install')) return null
  function putAway() {
    writeSetting(laterKey, 'true')
    setLater(true)
  }
  return (
    <div class="relative">
      <PushCard />
      <div class="absolute end-1 top-1">
        <IconButton icon="icon-[lucide--x]" label={t().push.later} onClick={putAway} />
      </div>
    </div>
  )
}

interface PressProps {
  act(): Promise<void>
  /** The notice after it. */
  done?: string
  primary?: boolean
  children: string
}

function Press({ act, done, primary, children }: PressProps) {
  const [busy, setBusy] = useState(false)
  async function press() {
    setBusy(true)
    try {
      await act()
      if (done) showNotice(done)
    } catch (error) {
      showNotice(error instanceof DOMException ? t().push.failed : messageOf(error), 'problem')
    }
    setBusy(false)
  }
  return (
    <Button variant={primary ? 'primary' : 'secondary'} busy={busy} onClick={() => void press()}>
      {children}
    </Button>
  )
}
