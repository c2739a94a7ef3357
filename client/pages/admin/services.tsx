import { useEffect, useState } from 'preact/hooks'
import lazy from 'preact-iso/lazy'
import type { Service } from '#shared/catalogue.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { ServicePicture } from '../../components/service-picture.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { useTitle } from '../../components/use-title.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import type { Catalogue } from '../../models/customer/catalogue.ts'
import { duration, money } from '../../models/ui/format.ts'
import { loadChunk } from '../../models/ui/load-chunk.ts'
import { ServiceDialog } from './service-dialog.tsx'

const CatalogueCsvDialog = lazy(() => loadChunk(() => import('./catalogue-csv-dialog.tsx')))

/** The services that customers can order. */
export default function ServicesPage() {
  useTitle(t().common.services)
  const { catalogue } = useWorkspace()
  useEffect(() => void catalogue.load(), [catalogue])
  const currency = catalogue.currency.value
  const [editing, setEditing] = useState<Service | 'new' | null>(null)
  const [filing, setFiling] = useState(false)

  return (
    <main class="mx-auto w-full max-w-240 p-4 py-6">
      <div class="mb-5 flex flex-wrap items-center gap-3">
        <h1 class="me-auto text-lg font-semibold">{t().common.services}</h1>
        {currency && (
          <Button icon="icon-[lucide--download]" onClick={() => setFiling(true)}>
            {t().catalogueCsv.title}
          </Button>
        )}
        {currency && (
          <Button variant="primary" icon="icon-[lucide--plus]" onClick={() => setEditing('new')}>
            {t().common.addService}
          </Button>
        )}
      </div>
      <Services catalogue={catalogue} onEdit={setEditing} />
      {filing && <CatalogueCsvDialog catalogue={catalogue} onClose={() => setFiling(false)} />}
      {editing && currency && (
        <ServiceDialog
          catalogue={catalogue}
          service={editing === 'new' ? null : editing}
          currency={editing === 'new' ? currency : editing.currency}
          onClose={() => setEditing(null)}
        />
      )}
    </main>
  )
}

function Services({ catalogue, onEdit }: { catalogue: Catalogue; onEdit(service: Service): void }) {
  const { services, error } = catalogue
  if (error.value) return <Failed message={error.value} onRetry={() => void catalogue.load()} />
  if (!services.value) return <Skeleton rows={5} class="h-16" />
  if (services.value.length === 0) {
    return (
      <Empty icon="icon-[lucide--store]" title={t().admin.noServices}>
        {t().admin.addFirstService}
      </Empty>
    )
  }
  return (
    <ul class="overflow-hidden rounded-md border border-line bg-surface">
      {services.value.map((service) => (
        <li key={service.id} class="not-first:border-t not-first:border-line">
          <button
            type="button"
            onClick={() => onEdit(service)}
            class={`flex w-full flex-wrap items-center gap-x-4 gap-y-1 px-4 sm:gap-x-6 py-3 text-start transition-colors hover:bg-sunken focus-visible:-outline-offset-2 ${service.active ? '' : 'text-soft'}`}
          >
            <ServicePicture
              picture={service.picture}
              class="size-[2.5rem] rounded-sm border border-line object-cover"
            />
            <span class={`min-w-0 flex-1 ${service.picture ? '' : 'max-sm:basis-full'}`}>
              <span class="block truncate font-medium" dir="auto" title={service.name}>
                <span class="sr-only">{t().admin.edit(service.name)}</span>
                <span aria-hidden="true">{service.name}</span>
              </span>
              <span class="block truncate text-sm text-soft" dir="auto">
                {[service.category, service.description].filter(Boolean).join(' · ')}
              </span>
            </span>
            <span class="text-sm text-soft sm:w-24">{service.active ? t().admin.offered : t().admin.notOffered}</span>
            <span class="text-sm text-soft sm:w-24">{duration(service.durationMinutes)}</span>
            <span class="ms-auto font-medium whitespace-nowrap sm:min-w-24 sm:text-end">
              {money(service.price, service.currency)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}
