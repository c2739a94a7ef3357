import { useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { useAdmin } from './context.ts'

/**
 * Asks before an order is assigned to a vendor who is on a break. `confirm` returns whether it may be assigned now; the
 * vendor's status may have changed since the choice.
 */
export function useConfirmBreak(vendorId: string | null) {
  const { vendors } = useAdmin()
  const [asked, setAsked] = useState<string | null>(null)
  const vendor = vendors.all.value?.find(({ id }) => id === vendorId)
  return {
    /** The name of the vendor about whom the question is asked. */
    asked: vendor && asked === vendor.id ? vendor.name : null,
    confirm(): boolean {
      if (vendor?.status !== 'break' || asked === vendor.id) return true
      setAsked(vendor.id)
      return false
    },
  }
}

export function ConfirmBreak({ vendor }: { vendor: string }) {
  return (
    <p role="alert" class="text-sm font-medium">
      {t().admin.onBreakNow(vendor)}
    </p>
  )
}
