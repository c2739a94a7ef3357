import { useEffect, useState } from 'preact/hooks'
import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import type { User } from '#shared/users.ts'
import { WorkspaceContext } from '../components/workspace-context.ts'
import { sessionOf, user } from '../models/session/session.ts'
import { offlineJobs } from '../models/offline/offline-jobs.ts'
import { offlineChanges } from '../models/offline/offline-changes.ts'
import { afterPaint, followPage } from '../models/ui/page-lifecycle.ts'
import { createWorkspace } from '../models/workspace.ts'

const roles = {
  customer: lazy(() => import('./customer/index.tsx')),
  vendor: lazy(() => import('./vendor/index.tsx')),
  admin: lazy(() => import('./admin/index.tsx')),
}

const url = `${location.origin.replace(/^http/, 'ws')}/mqtt`

/** mqtt.js is some 50 kB and nobody needs it before they are in. */
const transport = () => import('../live/mqtt.ts').then(({ connect }) => connect)

// Keeps the page itself for when there is no network; only in secure contexts, and not while developing.
if (import.meta.env.PROD) void navigator.serviceWorker?.register('/sw.js').catch(() => {})

export default function SignedIn() {
  const me = user.value
  // A new person is a new workspace: nothing of the one before survives.
  return me && <Working key={me.id} me={me} />
}

function Working({ me }: { me: User }) {
  const [workspace] = useState(() =>
    createWorkspace({
      me,
      ...sessionOf(me.id),
      transport,
      url,
      kept: me.role === 'vendor' ? { steps: offlineChanges(me.id), jobs: offlineJobs(me.id) } : null,
      afterPaint,
    }),
  )
  useEffect(() => workspace.start(), [workspace])
  useEffect(() => followPage(workspace.live), [workspace])
  const Pages = roles[me.role]
  return (
    <WorkspaceContext.Provider value={workspace}>
      <ErrorBoundary>
        <Pages />
      </ErrorBoundary>
    </WorkspaceContext.Provider>
  )
}
