import { fullContact, type Order } from '#shared/orders.ts'
import type { PlaceInTime } from '#shared/vendor-positions.ts'
import { t } from '../i18n/index.ts'
import { now } from '../models/sync/clock.ts'
import { PlaceMap, type MapMarker } from './map.tsx'
import { RichText } from './rich-text.tsx'
import { RelativeTime } from './time.tsx'

/** A position is shown as of now for so long, in ms. */
export const freshFor = 120_000

/** A small map with the vendor of the order and the address. */
export function ArrivalMap({ order, position }: { order: Order; position: PlaceInTime }) {
  const contact = fullContact(order)
  const isOld = now.value - Date.parse(position.at) > freshFor
  const name = order.vendor?.name ?? t().common.vendor
  const markers: MapMarker[] = [{ id: 'vendor', at: position, kind: 'vendor', label: name, isOld }]
  if (contact?.lat !== undefined && contact.lng !== undefined)
    markers.push({
      id: 'order',
      at: { lat: contact.lat, lng: contact.lng },
      kind: 'order',
      label: t().where.destination,
    })
  return (
    <section aria-label={t().where.map(name)} class="grid gap-1 print:hidden">
      <PlaceMap label={t().where.map(name)} markers={markers} class="h-52" />
      {isOld && (
        <p class="text-xs text-soft">
          <RichText text={t().where.positionOf} parts={{ time: <RelativeTime at={position.at} /> }} />
        </p>
      )}
    </section>
  )
}
