import { useComputed } from '@preact/signals'
import type { Vendor, VendorStatus } from '#shared/presence.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { RelativeTime } from '../../components/time.tsx'
import { useAdmin } from './context.ts'
import { useDesk } from './use-desk.ts'

/** The vendors with their presence and the number of their jobs. A click filters the orders by vendor. */
export function VendorRail({ onFilter }: { onFilter(): void }) {
  const { vendors } = useAdmin()
  const all = vendors.all.value
  const toPeople = (
    <a href="/users" class="font-medium text-accent underline underline-offset-4">
      {t().common.people}
    </a>
  )
  return (
    <section aria-label={t().common.vendors}>
      <h2 class="px-2 pb-1 text-xs text-soft">{t().common.vendors}</h2>
      {vendors.failed.value && (
        <Button variant="quiet" icon="icon-[lucide--rotate-cw]" onClick={() => void vendors.load()}>
          {t().admin.notLoaded}
        </Button>
      )}
      {all?.length === 0 && (
        <p class="px-2 text-sm text-soft">
          <RichText text={t().admin.noVendors} parts={{ link: toPeople }} />
        </p>
      )}
      <ul class="grid gap-px">
        {all?.map((vendor) => (
          <VendorRow key={vendor.id} vendor={vendor} onFilter={onFilter} />
        ))}
      </ul>
    </section>
  )
}

export const presenceDots: Record<VendorStatus, string> = {
  online: 'bg-completed',
  break: 'bg-pending',
  offline: 'border-2 border-edge',
}

function VendorRow({ vendor: { id, name, status, reachable, since }, onFilter }: { vendor: Vendor; onFilter(): void }) {
  const { vendors } = useAdmin()
  const { state, show } = useDesk()
  // Each row subscribes to its own number, so that a change re-renders one row.
  const jobs = useComputed(() => vendors.jobs.value.get(id) ?? 0).value
  const chosen = state.vendorId === id
  return (
    <li data-vendor-id={id} data-status={status}>
      <button
        type="button"
        aria-pressed={chosen}
        onClick={() => {
          show({ vendorId: chosen ? null : id })
          onFilter()
        }}
        class="flex min-h-11 w-full items-center gap-2.5 rounded-sm px-2 py-1 text-start text-sm transition-colors hover:bg-sunken aria-pressed:bg-sunken"
      >
        <span class={`size-2.5 shrink-0 rounded-full ${presenceDots[status]}`} aria-hidden="true" />
        <span class="min-w-0 flex-1">
          <span class="block" dir="auto">
            {name}
          </span>
          <span class="flex flex-wrap justify-between gap-x-3 text-xs text-soft">
            <span>
              {reachable === 'push' ? t().admin.byPush : t().vendorStatus[status]}, <RelativeTime at={since} />
            </span>
            {jobs > 0 && <span class="whitespace-nowrap">{t().admin.jobs(jobs)}</span>}
          </span>
        </span>
      </button>
    </li>
  )
}
