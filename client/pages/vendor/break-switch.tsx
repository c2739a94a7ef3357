import { t } from '../../i18n/index.ts'
import { SwitchTrack } from '../../components/switch.tsx'
import { useVendor } from './context.ts'

/** Switches between online and break. It shows the status that the server has confirmed. */
export function BreakSwitch() {
  const { status, requestedStatus, setStatus } = useVendor()
  const shown = status.value
  const known = shown === 'online' || shown === 'break'
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
      {known && <span class="min-w-16 text-start">{t().vendorStatus[shown]}</span>}
    </button>
  )
}
