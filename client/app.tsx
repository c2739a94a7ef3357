import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import { LocationProvider, Route, Router, useLocation } from 'preact-iso/router'
import { loadTexts, t } from './i18n/index.ts'
import { BelowBasePath } from './components/below-base-path.tsx'
import { Notices } from './components/notices.tsx'
import { Redirect } from './components/redirect.tsx'
import { lastRole, phase, restore, user } from './models/session/session.ts'
import { loadChunk, loadStartChunk } from './models/ui/load-chunk.ts'
import { Failed } from './components/list-states.tsx'
import { SignIn } from './pages/auth/sign-in.tsx'

const Register = lazy(() => loadStartChunk(() => import('./pages/auth/register.tsx')))
/** Pages of links in e-mails, for the signed-in as well. */
const Links = lazy(() => loadStartChunk(() => import('./pages/auth/links.tsx')))
const signedIn = () => import('./pages/signed-in.tsx')
const textsOfRole = () => loadTexts(user.peek()?.role ?? lastRole())
const SignedIn = lazy(() => loadChunk(signedIn, textsOfRole))

declare global {
  interface Navigator {
    /** Chromium only. */
    readonly connection?: { readonly saveData: boolean }
  }
}

/** Loads what follows the sign-in, while the form is filled. What fails here is loaded again when it is needed. */
export function loadNext(): void {
  if (navigator.connection?.saveData) return
  const pages = signedIn().then(({ pagesOf }) => pagesOf[lastRole()]())
  for (const loading of [pages, textsOfRole(), import('./live/mqtt.ts')]) loading.catch(() => {})
}

export function App() {
  return (
    <LocationProvider>
      <BelowBasePath>
        <ErrorBoundary>
          <Screen />
        </ErrorBoundary>
        <Notices />
      </BelowBasePath>
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
