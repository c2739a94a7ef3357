import { useModel, createModel } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Service } from '#shared/catalogue.ts'
import { lowestPrice } from '#shared/choose-options.ts'
import type { FoundCustomer } from '#shared/customers.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FormProblem, TextArea, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { NoVendorAble } from '../../components/no-vendor-able.tsx'
import { OptionGroups } from '../../components/option-groups.tsx'
import { PlaceField } from '../../components/place-field.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { WhenField } from '../../components/when-field.tsx'
import { useOrderActions } from '../../components/use-order-actions.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { createNewOrder } from '../../models/admin/new-order.ts'
import { money } from '../../models/ui/format.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { useAdmin } from './context.ts'

const NewOrderModel = createModel(createNewOrder)

/** Places an order for a caller, in one panel: the phone number first, which finds the customer. */
export function NewOrderDialog({ onClose, onPlaced }: { onClose(): void; onPlaced(id: string): void }) {
  const { api, orders, catalogue } = useWorkspace()
  const actions = useOrderActions()
  const { vendors } = useAdmin()
  const model = useModel(() => new NewOrderModel({ api, orders, services: catalogue.services }))
  const { form, chosen, service, total } = model
  const { vendor } = form.values.value
  useEffect(() => {
    if (catalogue.services.peek() === null) void catalogue.load()
  }, [catalogue])
  const services = (catalogue.services.value ?? []).filter(({ active }) => active)

  async function submit() {
    const order = await model.place()
    if (!order) return
    showNotice(t().newOrder.placed(order.number))
    onClose()
    onPlaced(order.id)
    if (vendor) await actions.assign(order, vendor)
  }

  return (
    <Dialog title={t().newOrder.title} onClose={onClose} onDiscard={form.reset}>
      <Form form={form} onSubmit={submit}>
        <div>
          <TextField form={form} name="phone" type="tel" label={t().common.phone} autocomplete="off" />
          <Found found={model.found.value} onChoose={model.choose} />
        </div>
        {chosen.value ? (
          <p class="flex items-center gap-3 rounded-sm bg-accent-soft py-1 ps-3 text-sm">
            <span class="min-w-0 flex-1 font-medium" dir="auto">
              {chosen.value.name}
            </span>
            <Button variant="quiet" size="sm" onClick={() => model.choose(null)}>
              {t().newOrder.otherCustomer}
            </Button>
          </p>
        ) : (
          <div class="grid gap-3 sm:grid-cols-2">
            <TextField form={form} name="name" label={t().common.name} autocomplete="off" />
            <TextField form={form} name="email" type="email" label={t().common.email} optional autocomplete="off" />
          </div>
        )}
        <PlaceField form={form} isThere={false} />
        <div class="grid grid-cols-[minmax(0,1fr)_6rem] gap-3">
          <SelectField
            form={form}
            name="service"
            label={t().common.service}
            options={[
              { value: '', label: t().newOrder.chooseService },
              ...services.map((one) => ({ value: one.id, label: `${one.name}, ${priceText(one)}` })),
            ]}
          />
          <TextField form={form} name="quantity" label={t().newOrder.quantity} inputMode="numeric" />
        </div>
        {service.value?.options && (
          <div class="grid gap-3">
            <OptionGroups
              groups={service.value.options}
              currency={service.value.currency}
              choices={model.choices.value}
              problems={model.problems.value}
              onChange={model.setChoices}
            />
          </div>
        )}
        <WhenField form={form} />
        <TextArea form={form} name="notes" label={t().common.notes} optional />
        <SelectField
          form={form}
          name="vendor"
          label={t().common.vendor}
          options={[
            { value: '', label: t().newOrder.offerToAll },
            ...(vendors.all.value ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <FormProblem form={form} />
        <NoVendorAble refusal={model.refusal.value} />
        <Button type="submit" variant="primary" size="thumb" busy={form.sending.value}>
          {service.value && total.value !== null
            ? t().newOrder.placeFor(money(total.value, service.value.currency))
            : t().newOrder.place}
        </Button>
      </Form>
    </Dialog>
  )
}

function priceText({ price, options = [], currency }: Service): string {
  const lowest = money(lowestPrice(price, options), currency)
  return options.length > 0 ? t().serviceOptions.from(lowest) : lowest
}

/** Customers whose number matches, as buttons: Tab and Enter choose one. */
function Found({ found, onChoose }: { found: readonly FoundCustomer[]; onChoose(customer: FoundCustomer): void }) {
  return (
    <ul aria-label={t().newOrder.found} aria-live="polite" class="grid gap-1 pt-1 empty:hidden">
      {found.map((customer) => (
        <li key={customer.id}>
          <button
            type="button"
            onClick={() => onChoose(customer)}
            class="flex min-h-11 w-full flex-wrap items-baseline gap-x-3 rounded-sm border border-line px-3 py-1 text-start text-sm hover:bg-sunken"
          >
            <span class="font-medium" dir="auto">
              {customer.name}
            </span>
            <span class="text-soft" dir="auto">
              {customer.contact?.address ?? customer.phone}
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}
