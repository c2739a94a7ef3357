import { useState } from 'preact/hooks'
import { SavedAddress } from '#shared/accounts.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { TextField } from '../../components/field.tsx'
import { PlaceField } from '../../components/place-field.tsx'
import { readPosition } from '../../models/place/position-field.ts'
import { Form } from '../../components/form.tsx'
import type { AccountModel } from '../../models/account/account.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { createForm } from '../../models/ui/form.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { Section, Submit } from './section.tsx'

interface Props {
  model: AccountModel
  addresses: readonly SavedAddress[]
}

/** Where a customer orders to; the first is the default. The list is sent whole. */
export function Addresses({ model, addresses }: Props) {
  const [adding, setAdding] = useState(false)
  const save = async (next: readonly SavedAddress[]) => {
    try {
      await model.change({ addresses: [...next] })
    } catch (error) {
      showNotice(messageOf(error), 'problem')
    }
  }
  const without = (index: number) => addresses.filter((_, n) => n !== index)
  return (
    <Section title={t().account.addresses}>
      {addresses.length === 0 && <p class="text-sm text-soft">{t().account.addressesEmpty}</p>}
      {addresses.length > 0 && (
        <ul class="overflow-hidden rounded-md border border-line bg-surface">
          {addresses.map((one, index) => (
            <Row
              key={`${one.address} ${index}`}
              saved={one}
              isDefault={index === 0}
              onDefault={() => void save([one, ...without(index)])}
              onRemove={() => void save(without(index))}
            />
          ))}
        </ul>
      )}
      {adding ? (
        <AddForm model={model} addresses={addresses} onAdded={() => setAdding(false)} />
      ) : (
        <Button icon="icon-[lucide--plus]" class="justify-self-start" onClick={() => setAdding(true)}>
          {t().account.addAddress}
        </Button>
      )}
    </Section>
  )
}

interface RowProps {
  saved: SavedAddress
  isDefault: boolean
  onDefault(): void
  onRemove(): void
}

function Row({ saved: { address, area, phone }, isDefault, onDefault, onRemove }: RowProps) {
  return (
    <li class="flex flex-wrap items-center gap-x-4 gap-y-2 p-4 not-first:border-t not-first:border-line">
      <div class="min-w-0 flex-1 max-sm:basis-full">
        <p class="font-medium whitespace-pre-line" dir="auto">
          {address}
        </p>
        <p class="text-sm text-soft" dir="auto">
          {[area, phone?.replaceAll(' ', '\u00a0')].filter(Boolean).join(' · ')}
        </p>
      </div>
      {isDefault && <p class="text-sm text-soft">{t().account.default}</p>}
      <div class="-mx-3 flex flex-wrap gap-1 max-sm:ms-auto">
        {!isDefault && (
          <Button variant="quiet" size="sm" aria-label={t().account.makeDefaultNamed(address)} onClick={onDefault}>
            {t().account.makeDefault}
          </Button>
        )}
        <Button variant="quiet" size="sm" aria-label={t().account.removeNamed(address)} onClick={onRemove}>
          {t().account.remove}
        </Button>
      </div>
    </li>
  )
}

function AddForm({ model, addresses, onAdded }: Props & { onAdded(): void }) {
  const [form] = useState(() => createForm({ address: '', area: '', position: '', phone: '' }))
  async function submit() {
    const { address, area, position, phone } = form.values.value
    const body = { address, ...(area.trim() && { area }), ...(phone.trim() && { phone }), ...readPosition(position) }
    await form.submit(SavedAddress, body, async (saved) => {
      await model.change({ addresses: [...addresses, saved] })
      onAdded()
    })
  }
  return (
    <Form form={form} onSubmit={submit}>
      <PlaceField form={form} help={t().customer.addressHelp} areaHelp={t().customer.areaHelp} />
      <TextField form={form} name="phone" label={t().common.phone} type="tel" optional autocomplete="tel" />
      <Submit form={form}>{t().account.saveAddress}</Submit>
    </Form>
  )
}
