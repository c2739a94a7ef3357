import { createModel, useModel } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import { nameWithOptions } from '#shared/choose-options.ts'
import { t } from '../../i18n/index.ts'
import { BackLink } from '../../components/back-link.tsx'
import { Button } from '../../components/button.tsx'
import { ConfirmEmail } from '../../components/confirm-email.tsx'
import { FormProblem, TextArea, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { ItemOptions } from '../../components/item-options.tsx'
import { Empty, Skeleton } from '../../components/list-states.tsx'
import { NoVendorAble } from '../../components/no-vendor-able.tsx'
import { Page } from '../../components/page.tsx'
import { PlaceField } from '../../components/place-field.tsx'
import { Quantity } from '../../components/quantity.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { WhenField } from '../../components/when-field.tsx'
import { useTitle } from '../../components/use-title.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { createAbleCheck } from '../../models/orders/able-check.ts'
import { money } from '../../models/ui/format.ts'
import { useCustomer } from './context.ts'
import { Outdated } from './outdated-lines.tsx'
import { Hours } from './service-card.tsx'
import { useCheckout } from './use-checkout.ts'
import { useProfile } from './use-profile.ts'
import { SavedAddresses } from './saved-addresses.tsx'

const AbleCheck = createModel(createAbleCheck)

export function CheckoutPage() {
  useTitle(t().customer.yourOrder)
  const { cart, catalogue } = useCustomer()
  return (
    <Page width="customer">
      <BackLink href="/">{t().common.services}</BackLink>
      <h1 class="mb-5 text-lg font-semibold">{t().customer.yourOrder}</h1>
      <Missing />
      <Outdated />
      {cart.lines.value.length > 0 ? (
        <Checkout />
      ) : catalogue.services.value ? (
        <NothingChosen />
      ) : (
        <Skeleton rows={2} />
      )}
    </Page>
  )
}

function NothingChosen() {
  return (
    <Empty
      icon="icon-[lucide--shopping-bag]"
      title={t().customer.nothingChosen}
      action={
        <a href="/" class="hit inline-flex items-center rounded-sm px-4 font-medium text-accent hover:bg-sunken">
          {t().customer.seeServices}
        </a>
      }
    >
      {t().customer.chooseFirst}
    </Empty>
  )
}

/** What was chosen and is no longer offered. */
function Missing() {
  const { cart } = useCustomer()
  const checkout = useCheckout()
  const missing = cart.missing.value
  if (missing.length === 0) return null
  return (
    <div role="status" class="mb-5 rounded-md bg-danger-soft p-1 ps-3 text-sm text-danger">
      <ul class="grid gap-1">
        {missing.map(({ serviceId, name }) => (
          <li key={serviceId} class="flex flex-wrap items-center gap-x-3">
            <span class="icon-[lucide--circle-alert] size-4 shrink-0" aria-hidden="true" />
            <span class="min-w-40 flex-1 py-2">
              <RichText text={t().customer.noLongerOffered} parts={{ name: <bdi>{name ?? t().common.service}</bdi> }} />
            </span>
            <Button size="sm" class="my-1 min-h-11 max-w-full text-ink" onClick={() => checkout.remove(serviceId)}>
              <RichText
                text={t().components.remove('{name}')}
                parts={{ name: <bdi>{name ?? t().common.service}</bdi> }}
              />
            </Button>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** The old and the new prices, and the question whether the customer agrees. It takes the place of the button that orders. */
function PriceChange() {
  const { cart } = useCustomer()
  const checkout = useCheckout()
  const currency = cart.currency.value
  const total = money(cart.total.value, currency)
  return (
    <section role="alert" class="grid gap-3 rounded-md border border-edge bg-surface p-4">
      <h2 class="font-semibold">{t().customer.pricesChanged}</h2>
      <ul class="grid gap-1 text-sm">
        {cart.changed.value.map(({ key, service, options, unitPrice, agreedPrice }) => (
          <li key={key} class="flex flex-wrap justify-between gap-x-4">
            <span dir="auto">{nameWithOptions({ name: service.name, options })}</span>
            <span>{t().customer.priceWas(money(unitPrice, currency), money(agreedPrice, currency))}</span>
          </li>
        ))}
      </ul>
      <p class="flex flex-wrap justify-between gap-x-4 font-semibold">
        <span>{t().common.total}</span>
        <span>{t().customer.priceWas(total, money(cart.agreedTotal.value, currency))}</span>
      </p>
      <Button variant="primary" size="thumb" onClick={checkout.agree}>
        {t().customer.acceptTotal(total)}
      </Button>
    </section>
  )
}

function Checkout() {
  const { api } = useWorkspace()
  const { cart } = useCustomer()
  const checkout = useCheckout()
  const { form } = checkout
  const { route } = useLocation()
  const { profile, read } = useProfile()
  const check = useModel(() => new AbleCheck({ api, order: checkout.checked }))
  const mounted = useRef(true)
  useEffect(() => () => void (mounted.current = false), [])
  const total = money(cart.total.value, cart.currency.value)

  async function submit() {
    const id = await checkout.place()
    // The request may have waited for the network while the customer opened another page.
    if (id && mounted.current) route(`/orders/${id}`)
  }

  return (
    <Form form={form} onSubmit={submit} class="grid gap-8">
      {profile?.mustConfirmEmail && <ConfirmEmail email={profile.user.email} onReturn={read} />}
      <Lines />
      <div class="grid gap-5">
        <WhenField form={form} />
        <SavedAddresses profile={profile} />
        <PlaceField form={form} help={t().customer.addressHelp} areaHelp={t().customer.areaHelp} />
        <TextField
          form={form}
          name="phone"
          type="tel"
          label={t().common.phone}
          autocomplete="tel"
          help={t().customer.phoneHelp}
        />
        <TextArea form={form} name="notes" label={t().common.notes} optional help={t().customer.notesHelp} />
      </div>
      <div class="grid gap-3">
        <FormProblem form={form} />
        <NoVendorAble refusal={check.refusal.value} />
        {checkout.waiting.value && (
          <p role="status" class="flex items-center gap-3 rounded-sm bg-sunken py-1 ps-3 pe-1 text-sm">
            <span class="icon-[lucide--cloud-off] size-4 shrink-0 text-soft" aria-hidden="true" />
            <span class="min-w-0 flex-1 py-2">{t().customer.waitsForNetwork}</span>
            <Button variant="quiet" size="sm" onClick={checkout.cancel}>
              {t().customer.stop}
            </Button>
          </p>
        )}
        {cart.changed.value.length > 0 ? (
          <PriceChange />
        ) : (
          <Button type="submit" variant="primary" size="thumb" busy={form.sending.value}>
            {t().customer.place(total)}
          </Button>
        )}
      </div>
    </Form>
  )
}

function Lines() {
  const { cart } = useCustomer()
  return (
    <section aria-label={t().customer.servicesChosen} class="rounded-md border border-line bg-surface">
      <ul>
        {cart.lines.value.map(({ key, service, options, unitPrice, quantity }) => (
          <li key={key} class="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-3">
            <div class="min-w-40 flex-1">
              <p class="font-medium" dir="auto">
                {service.name}
                <ItemOptions options={options} />
              </p>
              <p class="text-sm text-soft">{money(unitPrice, service.currency)}</p>
              <Hours service={service} />
            </div>
            <Quantity name={service.name} value={quantity} onChange={(next) => cart.set(key, next)} />
          </li>
        ))}
      </ul>
      <p class="flex flex-wrap gap-x-4 px-4 py-3 font-semibold">
        <span>{t().common.total}</span>
        <span class="ms-auto whitespace-nowrap">{money(cart.total.value, cart.currency.value)}</span>
      </p>
    </section>
  )
}
