import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { SwitchTrack } from '../../components/switch.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { useVendor } from './context.ts'

/** Switches between online and break, and ends being off duty. It shows the status that the server has confirmed. */
export function BreakSwitch() {
  const { status, offDuty, requestedStatus, setStatus } = useVendor()
  const shown = status.value
  const known = shown === 'online' || shown === 'break' || offDuty.value
  return (
    <button
      type="button"
      role="switch"
      aria-checked={shown === 'online'}
      aria-label={t().vendor.onlineForOffers}
      aria-busy={requestedStatus.value !== null}
      disabled={!known || requestedStatus.value !== null}
      onClick={() => void setStatus(shown === 'online' ? 'break' : 'online')}
      class="group hit flex items-center gap-2 rounded-sm text-sm font-medium disabled:opacity-60"
    >
      <SwitchTrack />
      {/* A fixed width, so that nothing beside it moves. */}
      {known && shown !== null && (
        <span class="min-w-16 text-start">{offDuty.value ? t().vendor.offDuty : t().vendorStatus[shown]}</span>
      )}
    </button>
  )
}

/** For a vendor whom push reaches: without it a vendor is off duty as soon as the page is closed. */
export function OffDutyButton() {
  const { status, requestedStatus, setStatus } = useVendor()
  const { push } = useWorkspace()
  if (push.state.value !== 'on' || (status.value !== 'online' && status.value !== 'break')) return null
  return (
    <Button
      icon="icon-[lucide--power]"
      busy={requestedStatus.value === 'offline'}
      onClick={() => void setStatus('offline')}
    >
      {t().vendor.goOffDuty}
    </Button>
  )
}
