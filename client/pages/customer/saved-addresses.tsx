import { useEffect, useState } from 'preact/hooks'
import { Profile, type SavedAddress } from '#shared/accounts.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { useCustomer } from './context.ts'

/** Offers the saved addresses; the default is filled in where nothing is typed yet. */
export function SavedAddresses() {
  const { api } = useWorkspace()
  const { form } = useCustomer().checkout
  const [saved, setSaved] = useState<readonly SavedAddress[]>([])

  function choose({ address, area, phone }: SavedAddress) {
    form.change('address', address)
    form.change('area', area ?? '')
    if (phone) form.change('phone', phone)
  }

  useEffect(() => {
    api.get('/auth/profile', Profile).then(
      ({ addresses, phone }) => {
        setSaved(addresses)
        const [first] = addresses
        const typed = form.values.peek()
        if (first && typed.address === '') choose(first)
        if (phone && form.values.peek().phone === '') form.change('phone', phone)
      },
      // Without them the address is typed.
      () => {},
    )
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once
  }, [api])

  if (saved.length === 0) return null
  return (
    <div role="group" aria-label={t().account.savedAddresses} class="flex flex-wrap gap-2">
      {saved.map((one, index) => (
        <Button
          key={index}
          size="sm"
          icon="icon-[lucide--map-pin]"
          aria-pressed={form.values.value.address === one.address}
          class="max-w-full text-start"
          onClick={() => choose(one)}
        >
          {one.address}
        </Button>
      ))}
    </div>
  )
}
