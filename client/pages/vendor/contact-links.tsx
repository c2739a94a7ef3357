import type { Contact } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { mapLink } from '../../models/place/map-link.ts'

/** Links that call the customer and open the address on a map. */
export function ContactLinks({ name, contact }: { name: string | null; contact: Contact }) {
  const { phone, address, area } = contact
  const row = 'flex min-h-12 items-center gap-3 px-3 py-2 text-sm transition-colors hover:bg-sunken'
  return (
    <div class="overflow-hidden rounded-sm border border-line">
      <a href={`tel:${phone.replace(/[^\d+]/g, '')}`} class={row}>
        <span class="icon-[lucide--phone] size-4 shrink-0 text-accent" aria-hidden="true" />
        <span class="min-w-0 flex-1">
          <span class="block font-medium" dir="auto">
            {name}
          </span>
          <bdi class="text-soft" dir="ltr">
            {phone}
          </bdi>
        </span>
      </a>
      <a
        href={mapLink(contact, navigator.userAgent, navigator.maxTouchPoints)}
        target="_blank"
        rel="noreferrer"
        class={`${row} border-t border-line`}
      >
        <span class="icon-[lucide--map-pin] size-4 shrink-0 text-accent" aria-hidden="true" />
        <span class="min-w-0 flex-1">
          <span class="block whitespace-pre-line" dir="auto">
            {address}
          </span>
          {area && (
            <span class="block text-soft" dir="auto">
              {area}
            </span>
          )}
        </span>
        <span class="sr-only">{t().vendor.onTheMap}</span>
      </a>
    </div>
  )
}
