import '../../signed-in.css'
import { useModel } from '@preact/signals'
import lazy from 'preact-iso/lazy'
import { Route, Router } from 'preact-iso/router'
import { t } from '../../i18n/index.ts'
import { AppHeader } from '../../components/app-header.tsx'
import { columns } from '../../components/page.tsx'
import { Switch } from '../../components/switch.tsx'
import { UnknownPage } from '../../components/unknown-page.tsx'
import { useOrderActions } from '../../components/use-order-actions.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { setSound, soundOn } from '../../models/vendor/offer-alert.ts'
import { VendorModel } from '../../models/vendor/vendor.ts'
import { loadChunk } from '../../models/ui/load-chunk.ts'
import { BreakSwitch, OffDutyButton } from './break-switch.tsx'
import { VendorContext } from './context.ts'
import { DevicesPage } from './devices.tsx'
import { FinishedPage } from './finished.tsx'
import { JobsPage } from './jobs.tsx'
import { OffersPage } from './offers.tsx'
import { OrderPage } from './order-page.tsx'
import { SharingLine } from './sharing-line.tsx'

const AccountPage = lazy(() => loadChunk(() => import('../account/index.tsx')))
const SecondFactorPage = lazy(() => loadChunk(() => import('../second-factor/index.tsx')))
const NotificationsPage = lazy(() => loadChunk(() => import('../notifications.tsx')))
const NotificationSettingsPage = lazy(() => loadChunk(() => import('../notification-settings.tsx')))

export default function VendorPages() {
  const workspace = useWorkspace()
  // Changes that wait from an earlier page are shown and sent from the start.
  useOrderActions()
  const model = useModel(() => new VendorModel(workspace))
  const changed = model.changes.unread.value.length

  return (
    <VendorContext.Provider value={model}>
      <AppHeader
        user={workspace.me}
        live={workspace.live.state.value}
        width={columns.vendor}
        links={[
          { href: '/', label: t().nav.offers, count: model.offerCount.value },
          {
            href: '/jobs',
            label: t().nav.jobs,
            count: model.jobCount.value,
            unread: changed > 0 ? t().vendor.jobsChanged(changed) : null,
          },
        ]}
        menu={
          <>
            <OffDutyButton />
            <Switch label={t().vendor.sound} on={soundOn.value} onChange={setSound} />
            <a href="/finished" class="hit -mx-2 flex items-center gap-2 rounded-sm px-2 text-sm hover:bg-sunken">
              <span class="icon-[lucide--check-check] size-4 text-soft" aria-hidden="true" />
              {t().nav.finished}
            </a>
            <a href="/devices" class="hit -mx-2 flex items-center gap-2 rounded-sm px-2 text-sm hover:bg-sunken">
              <span class="icon-[lucide--cpu] size-4 text-soft" aria-hidden="true" />
              {t().nav.devices}
            </a>
          </>
        }
      >
        <BreakSwitch />
      </AppHeader>
      <SharingLine />
      <Router>
        <Route path="/" component={OffersPage} />
        <Route path="/jobs" component={JobsPage} />
        <Route path="/orders/:id" component={OrderPage} />
        <Route path="/finished" component={FinishedPage} />
        <Route path="/devices" component={DevicesPage} />
        <Route path="/account" component={AccountPage} />
        <Route path="/second-factor" component={SecondFactorPage} />
        <Route path="/notifications" component={NotificationsPage} />
        <Route path="/notifications/settings" component={NotificationSettingsPage} />
        <Route default component={UnknownPage} />
      </Router>
    </VendorContext.Provider>
  )
}
