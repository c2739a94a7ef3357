import { useEffect, useState } from 'preact/hooks'
import { isFinal } from '#shared/order-status.ts'
import { fullContact, type Order } from '#shared/orders.ts'
import { topics } from '#shared/topics.ts'
import { VendorPath, type PlaceInTime, type VendorPosition } from '#shared/vendor-positions.ts'
import { t } from '../../i18n/index.ts'
import { freshFor } from '../../components/arrival-map.tsx'
import { Failed } from '../../components/list-states.tsx'
import { PlaceMap, type MapMarker } from '../../components/map.tsx'
import { RelativeTime } from '../../components/time.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { now } from '../../models/sync/clock.ts'
import { useAdmin } from './context.ts'
import { useDesk } from './use-desk.ts'

/** The open orders of the desk's filters and the last position of each vendor, live; the way of the chosen vendor. */
export default function DeskMap({ onSelect }: { onSelect(id: string): void }) {
  const { orders } = useWorkspace()
  const { board, vendors } = useAdmin()
  const { state, show } = useDesk()
  const { positions, problem, retry } = useVendorPositions()
  const path = usePath(state.vendorId, positions.get(state.vendorId ?? ''))
  const names = new Map(vendors.all.value?.map(({ id, name }) => [id, name]))
  const drawn = [...positions.values()]
    .filter(({ vendorId }) => names.has(vendorId) && (!state.vendorId || vendorId === state.vendorId))
    .toSorted((a, b) => (names.get(a.vendorId) ?? '').localeCompare(names.get(b.vendorId) ?? ''))
  const open = board.rows.rows.value.flatMap((id) => {
    const order = orders.entry(id)?.order
    return order && !isFinal(order.status) ? [order] : []
  })
  const placed = open.flatMap((order) => {
    const at = placeOf(order)
    return at ? [{ order, at }] : []
  })
  const choose = (vendorId: string) => show({ vendorId: state.vendorId === vendorId ? null : vendorId })
  const markers: MapMarker[] = [
    ...placed.map(({ order, at }) => ({
      id: order.id,
      at,
      kind: 'order' as const,
      label: order.number,
      onClick: () => onSelect(order.id),
    })),
    ...drawn.map((position) => ({
      id: position.vendorId,
      at: position,
      kind: 'vendor' as const,
      label: names.get(position.vendorId) ?? '',
      isOld: isOld(position),
      onClick: () => choose(position.vendorId),
    })),
  ]

  return (
    <div class="grid gap-4">
      <PlaceMap label={t().where.overview} markers={markers} path={path} class="h-[max(20rem,calc(100dvh-22rem))]" />
      {problem !== null && <Failed message={messageOf(problem)} onRetry={retry} />}
      <p class="text-sm text-soft" data-map-orders={placed.length}>
        {t().where.orders(placed.length)}
        {open.length > placed.length && ` · ${t().where.noOrders(open.length - placed.length)}`}
      </p>
      {drawn.length === 0 ? (
        problem === null && <p class="text-sm text-soft">{t().where.noVendors}</p>
      ) : (
        <section aria-label={t().where.vendors}>
          <ul class="flex flex-wrap gap-2">
            {drawn.map(({ vendorId, at }) => (
              <li key={vendorId}>
                <button
                  type="button"
                  data-map-vendor={vendorId}
                  aria-pressed={state.vendorId === vendorId}
                  title={t().where.showOnly(names.get(vendorId) ?? '')}
                  onClick={() => choose(vendorId)}
                  class="flex min-h-11 items-center gap-2 rounded-sm border border-line px-3 text-sm hover:bg-sunken aria-pressed:bg-sunken"
                >
                  <span class="icon-[lucide--navigation] size-4 text-on-the-way" aria-hidden="true" />
                  <bdi>{names.get(vendorId)}</bdi>
                  <RelativeTime at={at} class="text-soft" />
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

const isOld = ({ at }: VendorPosition) => now.value - Date.parse(at) > freshFor

function placeOf(order: Order) {
  const contact = fullContact(order)
  return contact?.lat === undefined || contact.lng === undefined ? null : { lat: contact.lat, lng: contact.lng }
}

/** The last positions: read once and after each connection, then live. */
function useVendorPositions() {
  const { live, positions, caughtUp } = useWorkspace()
  const [problem, setProblem] = useState<unknown>(null)
  const [attempt, setAttempt] = useState(0)
  const connections = caughtUp.value
  useEffect(() => {
    positions.loadAll().then(() => setProblem(null), setProblem)
  }, [positions, connections, attempt])
  useEffect(() => live.follow(topics.vendorLocation), [live])
  return { positions: positions.ofVendors.value, problem, retry: () => setAttempt(attempt + 1) }
}

const none: readonly PlaceInTime[] = []

const withLast = (places: readonly PlaceInTime[], last: PlaceInTime) =>
  last.at > (places.at(-1)?.at ?? '') ? [...places, last] : places

/** Where the chosen vendor was in the last day, to where they are now. */
function usePath(vendorId: string | null, last: VendorPosition | undefined): readonly PlaceInTime[] {
  const { api } = useWorkspace()
  const [read, setRead] = useState<{ vendorId: string; places: readonly PlaceInTime[] } | null>(null)
  useEffect(() => {
    if (!vendorId) return
    let current = true
    api.get(`/vendors/${encodeURIComponent(vendorId)}/positions`, VendorPath).then(
      ({ positions }) => current && setRead({ vendorId, places: positions }),
      // The map shows the positions without the way.
      () => {},
    )
    return () => void (current = false)
  }, [api, vendorId])
  const isRead = read !== null && read.vendorId === vendorId
  useEffect(() => {
    if (isRead && last)
      setRead((before) => before && { vendorId: before.vendorId, places: withLast(before.places, last) })
  }, [isRead, last])
  return isRead ? read.places : none
}
