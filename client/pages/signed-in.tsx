import { effect } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import type { User } from '#shared/users.ts'
import { basePath } from '../models/session/base-path.ts'
import { loadTexts } from '../i18n/index.ts'
import { useOpenFromNotification } from '../components/use-open-from-notification.ts'
import { WorkspaceContext } from '../components/workspace-context.ts'
import { secondFactorMissing, user } from '../models/session/session.ts'
import { sessionOf } from '../models/session/session-of.ts'
import { offlineJobs } from '../models/offline/offline-jobs.ts'
import { offlineFiles } from '../models/files/offline-files.ts'
import { offlineUploads } from '../models/files/uploads.ts'
import { offlineMessages } from '../models/messages/offline-messages.ts'
import { offlineChanges } from '../models/offline/offline-changes.ts'
import { startTicking } from '../models/sync/clock.ts'
import { loadChunk } from '../models/ui/load-chunk.ts'
import { reloadIfGone } from '../models/ui/reload-if-gone.ts'
import { afterPaint, followPage } from '../models/ui/page-lifecycle.ts'
import { guardPresses } from '../models/ui/press-guard.ts'
import { sendPageLocale } from '../models/notifications/page-locale.ts'
import { whenIdle } from '../models/ui/when-idle.ts'
import { createWorkspace, type Workspace } from '../models/workspace.ts'

export const pagesOf = {
  customer: () => import('./customer/index.tsx'),
  vendor: () => import('./vendor/index.tsx'),
  admin: () => import('./admin/index.tsx'),
}
const roles = {
  customer: lazy(() => loadChunk(pagesOf.customer, () => loadTexts('customer'))),
  vendor: lazy(() => loadChunk(pagesOf.vendor, () => loadTexts('vendor'))),
  admin: lazy(() => loadChunk(pagesOf.admin, () => loadTexts('admin'))),
}

const SecondFactorRequired = lazy(() => loadChunk(() => import('./second-factor/required.tsx')))

const url = `${location.origin.replace(/^http/, 'ws')}${basePath}/mqtt`

/** mqtt.js has some 50 kB, so it is loaded after the sign-in. The live connection repeats a failed import. */
const transport = async () => {
  try {
    return (await import('../live/mqtt.ts')).connect
  } catch (error) {
    await reloadIfGone()
    throw error
  }
}

/** Caches the page for use without a network, once it is live. Secure contexts only, and not in development. */
function cachePage({ state }: Workspace['live']): () => void {
  let cached = !import.meta.env.PROD
  return effect(() => {
    if (cached || state.value.phase !== 'live') return
    cached = true
    whenIdle(() => void navigator.serviceWorker?.register(`${basePath}/sw.js`).catch(() => {}))
  })
}

export default function SignedIn() {
  const me = user.value
  // `key`: another person gets a new workspace, without data of the previous one.
  if (me && secondFactorMissing.value) return <SecondFactorRequired userId={me.id} />
  return me && <SignedInPages key={me.id} me={me} />
}

function SignedInPages({ me }: { me: User }) {
  const [workspace] = useState(() =>
    createWorkspace({
      me,
      ...sessionOf(me.id),
      transport,
      url,
      offline:
        me.role === 'vendor'
          ? {
              changes: offlineChanges(me.id),
              jobs: offlineJobs(me.id),
              messages: offlineMessages(me.id),
              files: offlineFiles(me.id),
              uploads: offlineUploads(me.id),
            }
          : null,
      afterPaint,
    }),
  )
  useEffect(() => workspace.start(), [workspace])
  useEffect(() => followPage(workspace.live), [workspace])
  useEffect(() => cachePage(workspace.live), [workspace])
  useEffect(startTicking, [])
  useEffect(guardPresses, [])
  useEffect(() => sendPageLocale(workspace), [workspace])
  useOpenFromNotification()
  const Pages = roles[me.role]
  return (
    <WorkspaceContext.Provider value={workspace}>
      <ErrorBoundary>
        <Pages />
      </ErrorBoundary>
    </WorkspaceContext.Provider>
  )
}
