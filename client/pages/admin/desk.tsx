import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import { t } from '../../i18n/index.ts'
import { OfflineBanner } from '../../components/page.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { useTitle } from '../../components/use-title.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { deskAddressOf, type DeskView } from '../../models/admin/desk-address.ts'
import { loadChunk } from '../../models/ui/load-chunk.ts'
import { useAdmin } from './context.ts'
import { FilterPane } from './filter-pane.tsx'
import { NewOrderButton } from './new-order-button.tsx'
import { OrderPane } from './order-pane.tsx'
import { OrderTable } from './order-table.tsx'
import { SearchBox } from './search-box.tsx'
import { useDesk } from './use-desk.ts'
import { isElsewhere } from './use-row-keys.ts'
import { VendorRail } from './vendor-rail.tsx'

const DeskMap = lazy(() => loadChunk(() => import('./desk-map.tsx')))

type View = 'orders' | 'vendors'

/**
 * The operations desk: filters and vendors, the table, the selected order. On a small screen the three are stacked
 * views: the list, the vendors, and an order on top of both. Filters, sort and selection are in the address, so "back"
 * undoes them.
 */
export function DeskPage() {
  const { board } = useAdmin()
  const { state, show } = useDesk()
  const [view, setView] = useState<View>('orders')
  const { orders } = useWorkspace()
  const selected = state.order
  useTitle((selected && orders.entry(selected)?.order.number) || t().nav.orders)
  // Moving from order to order is one entry of the history.
  const select = (order: string | null) => show({ order }, selected !== null && order !== null)
  const shown = deskAddressOf({ ...state, order: null })
  useLayoutEffect(() => {
    board.show(state)
    // `state` is a new object at every navigation; a selection shows no other rows.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [board, shown])

  useViewKeys((chosen) => show({ view: chosen }))

  return (
    <main class="flex min-h-0 flex-1 flex-col">
      <h1 class="sr-only">{t().nav.orders}</h1>
      <div class="p-4 pb-0 lg:hidden">
        <Segmented<View>
          label={t().admin.view}
          value={view}
          onChange={setView}
          options={[
            { value: 'orders', label: t().nav.orders },
            { value: 'vendors', label: t().common.vendors },
          ]}
        />
      </div>
      <div class="grid min-h-0 flex-1 lg:grid-cols-[14rem_minmax(0,1fr)] xl:grid-cols-[14rem_minmax(0,1fr)_22rem] 2xl:grid-cols-[16rem_minmax(0,1fr)_26rem]">
        <div
          class={`content-start gap-6 p-4 lg:sticky lg:top-14 lg:grid lg:max-h-[calc(100dvh-3.5rem)] lg:self-start lg:overflow-y-auto ${view === 'vendors' ? 'grid' : 'hidden'}`}
        >
          <div class="max-lg:hidden">
            <FilterPane />
          </div>
          <VendorRail onFilter={() => setView('orders')} />
        </div>
        <section
          aria-label={t().nav.orders}
          class={`min-w-0 border-line p-4 lg:block lg:border-x ${view === 'orders' ? '' : 'hidden'}`}
        >
          <OfflineBanner />
          <div class="flex flex-wrap items-start justify-end gap-x-3">
            <div class="min-w-48 flex-1">
              <SearchBox />
            </div>
            <NewOrderButton onPlaced={select} />
          </div>
          <div class="-mx-4 overflow-x-auto px-4 lg:hidden">
            <FilterPane inline />
          </div>
          <div class="flex flex-wrap justify-end pb-3">
            <Segmented<DeskView>
              label={t().admin.showAs}
              value={state.view}
              onChange={(chosen) => show({ view: chosen })}
              options={[
                { value: 'table', label: t().admin.table, icon: 'icon-[lucide--rows-3]' },
                { value: 'map', label: t().map.title, icon: 'icon-[lucide--map]' },
              ]}
            />
          </div>
          {state.view === 'map' ? (
            <ErrorBoundary>
              <DeskMap onSelect={select} />
            </ErrorBoundary>
          ) : (
            <OrderTable selected={selected} onSelect={select} />
          )}
        </section>
        <OrderPane id={selected} onClose={() => select(null)} />
      </div>
    </main>
  )
}

const viewKeys: Readonly<Record<string, DeskView>> = { 1: 'table', 4: 'map' }

/** 1 shows the table, 4 the map. */
function useViewKeys(choose: (view: DeskView) => void) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event.target)) return
      const view = viewKeys[event.key]
      if (view) choose(view)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [choose])
}
