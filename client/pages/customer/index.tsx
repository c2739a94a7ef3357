import '../../customer.css'
import { useModel } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import lazy from 'preact-iso/lazy'
import { Route, Router } from 'preact-iso/router'
import { t } from '../../i18n/index.ts'
import { AppHeader } from '../../components/app-header.tsx'
import { columns } from '../../components/page.tsx'
import { UnknownPage } from '../../components/unknown-page.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { CustomerModel } from '../../models/customer/customer.ts'
import { laterLoads, loadChunk } from '../../models/ui/load-chunk.ts'
import { whenIdle } from '../../models/ui/when-idle.ts'
import { CataloguePage } from './catalogue.tsx'
import { CustomerContext } from './context.ts'

const CheckoutPage = lazy(async () => (await loadChunk(() => import('./checkout.tsx'))).CheckoutPage)
const HistoryPage = lazy(async () => (await loadChunk(() => import('./history.tsx'))).HistoryPage)
const TrackingPage = lazy(async () => (await loadChunk(() => import('./tracking.tsx'))).TrackingPage)
const ReceiptPage = lazy(() => loadChunk(() => import('./receipt.tsx')))
const AccountPage = lazy(() => loadChunk(() => import('../account/index.tsx')))
const NotificationsPage = lazy(() => loadChunk(() => import('../notifications.tsx')))
const NotificationSettingsPage = lazy(() => loadChunk(() => import('../notification-settings.tsx')))

// customer.css has the styles of the first page.
laterLoads.push(() => import('../../signed-in.css'))

export default function CustomerPages() {
  const workspace = useWorkspace()
  const model = useModel(() => new CustomerModel(workspace))
  const underWay = model.open.value.length
  const { phase } = workspace.live.state.value
  // Loaded while nothing happens, the pages that a customer goes to open at once.
  useEffect(() => {
    if (phase === 'live')
      whenIdle(() => [CheckoutPage, HistoryPage, TrackingPage].forEach((page) => void page.preload()))
  }, [phase])

  return (
    <CustomerContext.Provider value={model}>
      <AppHeader
        user={workspace.me}
        live={workspace.live.state.value}
        width={columns.customer}
        links={[
          { href: '/', label: t().common.services },
          { href: '/orders', label: t().nav.myOrders, count: underWay || undefined },
        ]}
      />
      <Router>
        <Route path="/" component={CataloguePage} />
        <Route path="/checkout" component={CheckoutPage} />
        <Route path="/orders" component={HistoryPage} />
        <Route path="/orders/:id" component={TrackingPage} />
        <Route path="/orders/:id/receipt" component={ReceiptPage} />
        <Route path="/account" component={AccountPage} />
        <Route path="/notifications" component={NotificationsPage} />
        <Route path="/notifications/settings" component={NotificationSettingsPage} />
        <Route default component={UnknownPage} />
      </Router>
    </CustomerContext.Provider>
  )
}
