import { Fragment, type ComponentType } from 'preact'
import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import { LocationProvider, Route, Router, useLocation } from 'preact-iso/router'
import { loadTexts, t } from './i18n/index.ts'
import { Notices } from './components/notices.tsx'
import { Redirect } from './components/redirect.tsx'
import { phase, restore, user } from './models/session/session.ts'
import { loadChunk } from './models/ui/load-chunk.ts'
import { Failed } from './components/list-states.tsx'

// Visitors load the sign-in page only; the signed-in pages are loaded after the sign-in.
const SignIn = lazy(() =>
  loadChunk(
    () => import('./pages/auth/sign-in.tsx'),
    () => loadTexts('start'),
  ),
)
const Register = lazy(() => loadChunk(() => import('./pages/auth/register.tsx')))
/** Pages of links in e-mails, for the signed-in as well. */
const Links = lazy(() => loadChunk(() => import('./pages/auth/links.tsx')))
const SignedIn = lazy(() =>
  loadChunk(
    () => import('./pages/signed-in.tsx'),
    () => loadTexts(user.peek()?.role ?? 'customer'),
  ),
)

/** `Below`: translates addresses below a base path (components/below-base-path.tsx). */
export function App({ Below = Fragment }: { Below?: ComponentType }) {
  return (
    <LocationProvider>
      <Below>
        <ErrorBoundary>
          <Screen />
        </ErrorBoundary>
        <Notices />
      </Below>
    </LocationProvider>
  )
}

function Screen() {
  if (/^\/(forgot|reset|invitation|confirm)$/.test(useLocation().path)) return <Links />
  switch (phase.value) {
    case 'restoring':
      return <p class="grid min-h-dvh animate-late place-items-center text-sm text-soft">{t().common.opening}</p>
    case 'unreachable':
      return (
        <main class="grid min-h-dvh place-items-center">
          <Failed message={t().auth.stillSignedIn} onRetry={() => void restore()} />
        </main>
      )
    case 'signed_out':
      return (
        <Router>
          <Route path="/sign-in" component={SignIn} />
          <Route path="/register" component={Register} />
          <Route default component={RedirectToSignIn} />
        </Router>
      )
    case 'signed_in':
      return <SignedIn />
  }
}

/** Goes to the sign-in page, with the requested address as `next`. */
function RedirectToSignIn() {
  const { url: requested } = useLocation()
  return <Redirect to={requested === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(requested)}`} />
}
