import { useModel } from '@preact/signals'
import lazy from 'preact-iso/lazy'
import { Route, Router } from 'preact-iso/router'
import { t } from '../../i18n/index.ts'
import { AppHeader } from '../../components/app-header.tsx'
import { columns } from '../../components/page.tsx'
import { UnknownPage } from '../../components/unknown-page.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { CustomerModel } from '../../models/customer/customer.ts'
import { loadChunk } from '../../models/ui/load-chunk.ts'
import { CataloguePage } from './catalogue.tsx'
import { CheckoutPage } from './checkout.tsx'
import { CustomerContext } from './context.ts'
import { HistoryPage } from './history.tsx'
import { TrackingPage } from './tracking.tsx'

const ReceiptPage = lazy(() => loadChunk(() => import('./receipt.tsx')))
const AccountPage = lazy(() => loadChunk(() => import('../account/index.tsx')))
const NotificationsPage = lazy(() => loadChunk(() => import('../notifications.tsx')))
const NotificationSettingsPage = lazy(() => loadChunk(() => import('../notification-settings.tsx')))

export default function CustomerPages() {
  const workspace = useWorkspace()
  const model = useModel(() => new CustomerModel(workspace))
  const underWay = model.open.value.length

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
