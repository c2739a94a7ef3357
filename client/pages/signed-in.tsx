import { useEffect, useState } from 'preact/hooks'
import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import type { User } from '#shared/users.ts'
import { basePath } from '../models/session/base-path.ts'
import { loadTexts } from '../i18n/index.ts'
import { useOpenFromNotification } from '../components/use-open-from-notification.ts'
import { WorkspaceContext } from '../components/workspace-context.ts'
import { secondFactorMissing, sessionOf, user } from '../models/session/session.ts'
import { offlineJobs } from '../models/offline/offline-jobs.ts'
import { offlineFiles } from '../models/files/offline-files.ts'
import { offlineUploads } from '../models/files/uploads.ts'
import { offlineMessages } from '../models/messages/offline-messages.ts'
import { offlineChanges } from '../models/offline/offline-changes.ts'
import { loadChunk } from '../models/ui/load-chunk.ts'
import { reloadIfGone } from '../models/ui/reload-if-gone.ts'
import { afterPaint, followPage } from '../models/ui/page-lifecycle.ts'
import { guardPresses } from '../models/ui/press-guard.ts'
import { sendPageLocale } from '../models/notifications/page-locale.ts'
import { createWorkspace } from '../models/workspace.ts'

const roles = {
  customer: lazy(() =>
    loadChunk(
      () => import('./customer/index.tsx'),
      () => loadTexts('customer'),
    ),
  ),
  vendor: lazy(() =>
    loadChunk(
      () => import('./vendor/index.tsx'),
      () => loadTexts('vendor'),
    ),
  ),
  admin: lazy(() =>
    loadChunk(
      () => import('./admin/index.tsx'),
      () => loadTexts('admin'),
    ),
  ),
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

// Caches the page for use without a network. Secure contexts only, and not in development.
if (import.meta.env.PROD) void navigator.serviceWorker?.register(`${basePath}/sw.js`).catch(() => {})

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
