import { t } from '../../i18n/index.ts'
import { SwitchTrack } from '../../components/switch.tsx'
import { useVendor } from './context.ts'

/** Online or on a break. It shows what the server says, and waits for it to say so. */
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
      {/* As wide as its longest word, so that nothing beside it moves. */}
      {known && <span class="min-w-16 text-start">{t().vendorStatus[shown]}</span>}
    </button>
  )
}
