import { useEffect } from 'preact/hooks'
import type { Profile, SavedAddress } from '#shared/accounts.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { positionValue } from '../../models/place/position-field.ts'
import { useCheckout } from './use-checkout.ts'

/** Offers the saved addresses; the default is filled in where nothing is typed yet. */
export function SavedAddresses({ profile }: { profile: Pick<Profile, 'addresses' | 'phone'> | null }) {
  const { form } = useCheckout()
  const saved = profile?.addresses ?? []

  function choose({ address, area, phone, ...position }: SavedAddress) {
    form.change('address', address)
    form.change('area', area ?? '')
    form.change('position', positionValue(position, 'place'))
    if (phone) form.change('phone', phone)
  }

  useEffect(() => {
    const [first] = saved
    if (first && form.values.peek().address === '') choose(first)
    if (profile?.phone && form.values.peek().phone === '') form.change('phone', profile.phone)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once they are read
  }, [profile === null])

  if (saved.length === 0) return null
  return (
    <div role="group" aria-label={t().account.savedAddresses} class="flex flex-wrap gap-2">
      {saved.map((one, index) => (
        <Button
          key={index}
          size="sm"
          icon="icon-[lucide--map-pin]"
          aria-pressed={form.values.value.address === one.address}
          class="max-w-full py-1.5 text-start"
          onClick={() => choose(one)}
        >
          {one.address}
        </Button>
      ))}
    </div>
  )
}
