import '../../signed-in.css'
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { LocationProvider } from 'preact-iso/router'
import type { TrackedOrder } from '#shared/tracking.ts'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { LiveIndicator } from '../../components/live-indicator.tsx'
import { Logo } from '../../components/logo.tsx'
import { MayContext } from '../../components/may-context.ts'
import { Notices } from '../../components/notices.tsx'
import { columns, Page } from '../../components/page.tsx'
import { useOrder } from '../../components/use-order.ts'
import { useTitle } from '../../components/use-title.ts'
import { WorkspaceContext } from '../../components/workspace-context.ts'
import { t } from '../../i18n/index.ts'
import { basePath } from '../../models/session/base-path.ts'
import { send } from '../../models/session/http.ts'
import { createHeldLink, type HeldLink } from '../../models/tracking/held-link.ts'
import { afterPaint, followPage } from '../../models/ui/page-lifecycle.ts'
import { guardPresses } from '../../models/ui/press-guard.ts'
import { createWorkspace } from '../../models/workspace.ts'
import { Tracking } from '../customer/tracking.tsx'

const url = `${location.origin.replace(/^http/, 'ws')}${basePath}/mqtt`
const retryEvery = 5_000

/** The order of a tracking link. The token is in the fragment of the address, which no server receives. */
export default function TrackingLinkPage() {
  const [link] = useState(() => createHeldLink({ secret: location.hash.slice(1), send }))
  const [attempt, setAttempt] = useState(0)
  const tracked = link.tracked.value
  const problem = link.problem.value
  useEffect(() => {
    link.refresh().catch(() => {})
  }, [link, attempt])
  useEffect(() => {
    if (problem !== 'unreachable' || tracked) return
    const timer = setTimeout(() => setAttempt(attempt + 1), retryEvery)
    return () => clearTimeout(timer)
  }, [problem, tracked, attempt])

  return (
    <LocationProvider>
      {problem === 'ended' ? (
        <Frame>
          <Empty icon="icon-[lucide--unlink]" title={t().tracking.ended}>
            {t().tracking.endedHelp}
          </Empty>
        </Frame>
      ) : tracked ? (
        <Opened link={link} tracked={tracked} />
      ) : (
        <Frame>
          {problem ? (
            <Failed message={t().common.unreachable} onRetry={() => setAttempt(attempt + 1)} />
          ) : (
            <Skeleton rows={2} class="h-48" />
          )}
        </Frame>
      )}
      <Notices />
    </LocationProvider>
  )
}

function Opened({ link, tracked: { orderId, customer, may } }: { link: HeldLink; tracked: TrackedOrder }) {
  const [workspace] = useState(() => {
    const { api, token, renew, refresh } = link
    const me = { ...customer, email: '', role: 'customer', active: true, createdAt: '' } as const
    return createWorkspace({ me, api, token, renew, transport, url, afterPaint, link: { orderId, refresh } })
  })
  useEffect(() => workspace.start(), [workspace])
  useEffect(() => followPage(workspace.live), [workspace])
  useEffect(guardPresses, [])
  return (
    <WorkspaceContext.Provider value={workspace}>
      <MayContext.Provider value={may}>
        <Frame live={<LiveIndicator state={workspace.live.state.value} />}>
          <Order id={orderId} />
        </Frame>
      </MayContext.Provider>
    </WorkspaceContext.Provider>
  )
}

const transport = async () => (await import('../../live/mqtt.ts')).connect

function Order({ id }: { id: string }) {
  const { entry, problem, retry } = useOrder(id)
  useTitle(entry?.order.number ?? null)
  if (entry) return <Tracking order={entry.order} />
  return problem ? <Failed message={t().customer.orderGoesOn} onRetry={retry} /> : <Skeleton rows={2} class="h-48" />
}

function Frame({ live, children }: { live?: ComponentChildren; children: ComponentChildren }) {
  return (
    <>
      <header class="border-b border-line print:hidden">
        <div class={`mx-auto flex min-h-14 items-center gap-2.5 px-4 ${columns.customer}`}>
          <Logo size={26} />
          <span class="flex-1 font-semibold">Callout</span>
          {live}
        </div>
      </header>
      <Page width="customer">{children}</Page>
    </>
  )
}
