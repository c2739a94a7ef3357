import '../../signed-in.css'
import { useModel } from '@preact/signals'
import lazy from 'preact-iso/lazy'
import { Route, Router, useLocation } from 'preact-iso/router'
import { t } from '../../i18n/index.ts'
import { AppHeader } from '../../components/app-header.tsx'
import { columns } from '../../components/page.tsx'
import { Redirect } from '../../components/redirect.tsx'
import { UnknownPage } from '../../components/unknown-page.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { AdminModel } from '../../models/admin/admin.ts'
import { deskStateOf } from '../../models/admin/desk-address.ts'
import { loadChunk } from '../../models/ui/load-chunk.ts'
import { AdminContext } from './context.ts'
import { DeskPage } from './desk.tsx'

const AccountPage = lazy(() => loadChunk(() => import('../account/index.tsx')))
const NotificationsPage = lazy(() => loadChunk(() => import('../notifications.tsx')))
const SecondFactorPage = lazy(() => loadChunk(() => import('../second-factor/index.tsx')))
const AuditPage = lazy(() => loadChunk(() => import('./audit.tsx')))
const FiguresPage = lazy(() => loadChunk(() => import('./figures.tsx')))
const NotificationSettingsPage = lazy(() => loadChunk(() => import('../notification-settings.tsx')))
const UsersPage = lazy(() => loadChunk(() => import('./users.tsx')))
const AreasPage = lazy(() => loadChunk(() => import('./areas.tsx')))
const ReasonsPage = lazy(() => loadChunk(() => import('./reasons.tsx')))
const ServicesPage = lazy(() => loadChunk(() => import('./services.tsx')))
const TokensPage = lazy(() => loadChunk(() => import('./tokens.tsx')))
const TrackingSettingsPage = lazy(() => loadChunk(() => import('./tracking-settings.tsx')))
const WebhooksPage = lazy(() => loadChunk(() => import('./webhooks.tsx')))
const WebhookPage = lazy(() => loadChunk(() => import('./webhook.tsx')))

export default function AdminPages() {
  const workspace = useWorkspace()
  const { path, query } = useLocation()
  const model = useModel(() => new AdminModel(workspace, path === '/' ? deskStateOf(query) : undefined))
  return (
    <AdminContext.Provider value={model}>
      <div class="flex min-h-dvh flex-col">
        <AppHeader
          user={workspace.me}
          live={workspace.live.state.value}
          freshness={workspace.freshness}
          width={columns.admin}
          links={[
            { href: '/', label: t().nav.orders },
            { href: '/users', label: t().common.people },
            { href: '/services', label: t().common.services },
            { href: '/figures', label: t().figures.title },
          ]}
          menu={
            <>
              <a href="/audit" class="hit -mx-2 flex items-center gap-2 rounded-sm px-2 text-sm hover:bg-sunken">
                <span class="icon-[lucide--scroll-text] size-4 text-soft" aria-hidden="true" />
                {t().audit.title}
              </a>
              <a href="/tokens" class="hit -mx-2 flex items-center gap-2 rounded-sm px-2 text-sm hover:bg-sunken">
                <span class="icon-[lucide--key-round] size-4 text-soft" aria-hidden="true" />
                {t().nav.tokens}
              </a>
              <a href="/areas" class="hit -mx-2 flex items-center gap-2 rounded-sm px-2 text-sm hover:bg-sunken">
                <span class="icon-[lucide--settings] size-4 text-soft" aria-hidden="true" />
                {t().nav.settings}
              </a>
              <a href="/webhooks" class="hit -mx-2 flex items-center gap-2 rounded-sm px-2 text-sm hover:bg-sunken">
                <span class="icon-[lucide--webhook] size-4 text-soft" aria-hidden="true" />
                {t().nav.webhooks}
              </a>
            </>
          }
        />
        <Router>
          <Route path="/" component={DeskPage} />
          <Route path="/orders/:id" component={RedirectToOrder} />
          <Route path="/account" component={AccountPage} />
          <Route path="/notifications" component={NotificationsPage} />
          <Route path="/second-factor" component={SecondFactorPage} />
          <Route path="/audit" component={AuditPage} />
          <Route path="/figures" component={FiguresPage} />
          <Route path="/notifications/settings" component={NotificationSettingsPage} />
          <Route path="/users" component={UsersPage} />
          <Route path="/services" component={ServicesPage} />
          <Route path="/areas" component={AreasPage} />
          <Route path="/reasons" component={ReasonsPage} />
          <Route path="/tokens" component={TokensPage} />
          <Route path="/tracking" component={TrackingSettingsPage} />
          <Route path="/webhooks" component={WebhooksPage} />
          <Route path="/webhooks/:id" component={WebhookPage} />
          <Route default component={UnknownPage} />
        </Router>
      </div>
    </AdminContext.Provider>
  )
}

/** Opens the customer's address of an order on the desk. */
const RedirectToOrder = ({ params }: { params?: Record<string, string> }) => (
  <Redirect to={`/?order=${params?.id ?? ''}`} />
)
