import { useId } from 'preact/hooks'
import type { Service } from '#shared/catalogue.ts'
import { t } from '../../i18n/index.ts'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { OfflineBanner, Page } from '../../components/page.tsx'
import { useTitle } from '../../components/use-title.ts'
import { useCustomer } from './context.ts'
import { OpenOrders } from './open-orders.tsx'
import { ServiceCard } from './service-card.tsx'
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
  const categories = [...new Set(offered.flatMap(({ category }) => category ?? []))].sort((a, b) => a.localeCompare(b))
  if (categories.length === 0) return <Cards services={offered} heading="h2" />
  return (
    <div class="grid gap-6">
      {[...categories, undefined].map((category) => (
        <Category key={category ?? ''} name={category} services={offered.filter((one) => one.category === category)} />
      ))}
    </div>
  )
}

/** `name` undefined: the services without a category. */
function Category({ name, services }: { name: string | undefined; services: readonly Service[] }) {
  const id = useId()
  if (services.length === 0) return null
  return (
    <section aria-labelledby={id} class="grid gap-3">
      <h2 id={id} class="text-sm font-semibold text-soft" dir="auto">
        {name ?? t().serviceOptions.otherServices}
      </h2>
      <Cards services={services} heading="h3" />
    </section>
  )
}

function Cards({ services, heading }: { services: readonly Service[]; heading: 'h2' | 'h3' }) {
  return (
    <ul class="grid gap-3">
      {services.map((service) => (
        <ServiceCard key={service.id} service={service} heading={heading} />
      ))}
    </ul>
  )
}
