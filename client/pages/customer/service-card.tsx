import { useState } from 'preact/hooks'
import lazy from 'preact-iso/lazy'
import type { Service } from '#shared/catalogue.ts'
import { lowestPrice } from '#shared/choose-options.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { ServicePicture } from '../../components/service-picture.tsx'
import { LongText } from '../../components/long-text.tsx'
import { Quantity } from '../../components/quantity.tsx'
import { duration, money } from '../../models/ui/format.ts'
import { hoursText } from '../../models/ui/hours-text.ts'
import { loadChunk } from '../../models/ui/load-chunk.ts'
import { useCustomer } from './context.ts'

const OptionsDialog = lazy(() => loadChunk(() => import('./options-dialog.tsx')))

/** A service that can be ordered. `heading`: h3 below the heading of a category. */
export function ServiceCard({ service, heading: Heading }: { service: Service; heading: 'h2' | 'h3' }) {
  const { cart } = useCustomer()
  const groups = service.options ?? []
  const quantity = cart.quantities.value[service.id] ?? 0
  const lines = cart.lines.value.filter((line) => line.service.id === service.id)
  return (
    <li
      class={`grid gap-3 rounded-md border bg-surface p-4 transition-colors ${lines.length > 0 ? 'border-accent' : 'border-line'}`}
    >
      <div class="flex gap-4">
        <div class="grid min-w-0 flex-1 content-start gap-1">
          <Heading class="font-semibold" dir="auto">
            {service.name}
          </Heading>
          {service.description && <LongText text={service.description} class="line-clamp-3 text-sm text-soft" />}
        </div>
        <ServicePicture picture={service.picture} class="size-[5rem] shrink-0 rounded-sm object-cover" />
      </div>
      <div class="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-2">
        <div class="flex min-w-min flex-1 basis-24 flex-wrap items-center gap-x-4">
          <p class="font-semibold whitespace-nowrap">
            <Price service={service} />
          </p>
          <p class="flex items-center gap-1.5 text-sm whitespace-nowrap text-soft">
            <span class="icon-[lucide--clock] size-4 shrink-0" aria-hidden="true" />
            {duration(service.durationMinutes)}
          </p>
          <Hours service={service} />
        </div>
        <div class="ms-auto">
          {groups.length > 0 ? (
            <ChooseButton service={service} />
          ) : quantity > 0 ? (
            <Quantity name={service.name} value={quantity} onChange={(next) => cart.set(service.id, next)} />
          ) : (
            <Button
              icon="icon-[lucide--plus]"
              aria-label={t().customer.add(service.name)}
              class="min-h-11"
              onClick={() => cart.set(service.id, 1)}
            >
              {t().customer.addShort}
            </Button>
          )}
        </div>
      </div>
      {groups.length > 0 && <ChosenLines service={service} />}
    </li>
  )
}

/** When the service can be had, if not at any time. */
export function Hours({ service: { availableHours } }: { service: Service }) {
  if (!availableHours) return null
  return (
    <p class="flex items-center gap-1.5 text-sm text-soft">
      <span class="icon-[lucide--calendar] size-4 shrink-0" aria-hidden="true" />
      <span class="sr-only">{t().serviceOptions.available}</span>
      {hoursText(availableHours)}
    </p>
  )
}

function Price({ service: { price, currency, options = [] } }: { service: Service }) {
  const lowest = money(lowestPrice(price, options), currency)
  const isFixed = options.every(({ choices }) => choices.every((choice) => choice.price === 0))
  return <>{isFixed ? lowest : t().serviceOptions.from(lowest)}</>
}

function ChooseButton({ service }: { service: Service }) {
  const { cart } = useCustomer()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button
        icon="icon-[lucide--plus]"
        aria-label={t().serviceOptions.chooseFor(service.name)}
        class="min-h-11"
        onClick={() => setOpen(true)}
      >
        {t().serviceOptions.choose}
      </Button>
      {open && (
        <OptionsDialog
          service={service}
          chosen={[]}
          onChoose={(choices) => cart.add(service.id, choices)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}

/** What the cart holds of a service with options. */
function ChosenLines({ service }: { service: Service }) {
  const { cart } = useCustomer()
  const lines = cart.lines.value.filter((line) => line.service.id === service.id)
  if (lines.length === 0) return null
  return (
    <ul class="grid gap-2 border-t border-line pt-3">
      {lines.map(({ key, options, unitPrice, quantity }) => (
        <li key={key} class="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
          <span class="min-w-32 flex-1" dir="auto">
            {options.map(({ name }) => name).join(', ') || t().serviceOptions.none}
          </span>
          <span class="whitespace-nowrap text-soft">{money(unitPrice, service.currency)}</span>
          <Quantity name={service.name} value={quantity} onChange={(next) => cart.set(key, next)} />
        </li>
      ))}
    </ul>
  )
}
