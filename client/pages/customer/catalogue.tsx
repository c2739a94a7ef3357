import type { Service } from '#shared/catalogue.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { LongText } from '../../components/long-text.tsx'
import { OfflineBanner, Page } from '../../components/page.tsx'
import { Quantity } from '../../components/quantity.tsx'
import { useTitle } from '../../components/use-title.ts'
import { duration, money } from '../../models/ui/format.ts'
import { useCustomer } from './context.ts'
import { OpenOrders } from './open-orders.tsx'
import { SummaryBar } from './summary-bar.tsx'

/** The home page of customers: the services they can order. */
export function CataloguePage() {
  useTitle(t().common.services)
  return (
    <>
      <Page width="customer">
        <OfflineBanner />
        <OpenOrders />
        <h1 class="mb-4 text-lg font-semibold">{t().customer.question}</h1>
        <Services />
      </Page>
      <SummaryBar />
    </>
  )
}

function Services() {
  const { catalogue } = useCustomer()
  const { services, error } = catalogue
  if (error.value) return <Failed message={error.value} onRetry={() => void catalogue.load()} />
  if (!services.value) return <Skeleton rows={4} class="h-32" />
  const offered = services.value.filter((service) => service.active)
  if (offered.length === 0) {
    return (
      <Empty icon="icon-[lucide--store]" title={t().customer.nothingOffered}>
        {t().customer.nothingOfferedHelp}
      </Empty>
    )
  }
  return (
    <ul class="grid gap-3">
      {offered.map((service) => (
        <ServiceCard key={service.id} service={service} />
      ))}
    </ul>
  )
}

function ServiceCard({ service }: { service: Service }) {
  const { cart } = useCustomer()
  const quantity = cart.quantities.value[service.id] ?? 0
  return (
    <li
      class={`grid gap-3 rounded-md border bg-surface p-4 transition-colors ${quantity > 0 ? 'border-accent' : 'border-line'}`}
    >
      <div class="grid gap-1">
        <h2 class="font-semibold" dir="auto">
          {service.name}
        </h2>
        {service.description && <LongText text={service.description} class="line-clamp-3 text-sm text-soft" />}
      </div>
      <div class="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-2">
        <div class="flex min-w-min flex-1 basis-24 flex-wrap items-center gap-x-4">
          <p class="font-semibold whitespace-nowrap">{money(service.price, service.currency)}</p>
          <p class="flex items-center gap-1.5 text-sm whitespace-nowrap text-soft">
            <span class="icon-[lucide--clock] size-4 shrink-0" aria-hidden="true" />
            {duration(service.durationMinutes)}
          </p>
        </div>
        <div class="ms-auto">
          {quantity > 0 ? (
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
    </li>
  )
}
