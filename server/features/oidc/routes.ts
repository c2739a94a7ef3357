import { OidcProvider, StartOidc } from '#shared/oidc.ts'
import { ownPath } from '#shared/own-path.ts'
import { open, type Call, type Reply, type Route } from '../../http/route.ts'
import { DomainError, UnavailableError } from '../../lib/errors.ts'
import type { createSealedText } from '../../lib/sealed-text.ts'
import { z } from '../../lib/zod.ts'
import type { Core } from '../feature.ts'
import type { createOidcAccounts } from './accounts.ts'
import type { Provider } from './provider.ts'

export interface OidcRoutesDependencies {
  label: string
  provider: Provider
  accounts: ReturnType<typeof createOidcAccounts>
  sealed: ReturnType<typeof createSealedText>
  signIn: Pick<Core['signIn'], 'open' | 'redirectStateOf'>
  log: Core['log']
}

type Request = Call<undefined, undefined>['request']

const path = '/auth/oidc'
const providerSummary = 'The provider through which people may sign in; 204 without one'

const Pending = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), returnTo: z.string() })

/** Without a provider: the sign-in page shows no button. */
export const noProvider: Route[] = [
  open({ method: 'get', path, summary: providerSummary, reply: { 204: null } }, async () => ({ status: 204 })),
]

export function oidcRoutes({ label, provider, accounts, sealed, signIn, log }: OidcRoutesDependencies): Route[] {
  /** To the sign-in page, which reads the fragment: no log and no Referer contains it. */
  const toPage = (returnTo: string, fragment: string, more: Omit<Reply, 'status'> = {}): Reply => ({
    status: 302,
    redirectState: null,
    ...more,
    headers: { Location: `/sign-in?next=${encodeURIComponent(returnTo)}#${fragment}` },
  })

  function refused(returnTo: string, reason: string): Reply {
    const refusal = { message: 'sign-in through the provider refused', reason }
    return toPage(returnTo, `problem=${reason}`, { log: refusal })
  }

  /** What the start has stored in this browser; null when it is missing or forged. */
  function pendingOf(request: Request) {
    const opened = sealed.open(signIn.redirectStateOf(request) ?? '')
    return opened === null ? null : Pending.parse(JSON.parse(opened))
  }

  /** Opens a session, or goes on with what the person has to do first. */
  async function openSession(account: Parameters<typeof signIn.open>[0], returnTo: string, request: Request) {
    try {
      const {
        body: _,
        status: _status,
        ...session
      } = await signIn.open(account, request, {
        log: { message: 'signed in', provider: label },
      })
      return toPage(returnTo, 'session', session)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      const { challenge } = error.more
      return typeof challenge === 'string' ? toPage(returnTo, `challenge=${challenge}`) : refused(returnTo, 'failed')
    }
  }

  return [
    open({ method: 'get', path, summary: providerSummary, reply: { 200: OidcProvider } }, async () => ({
      status: 200,
      body: { label },
    })),

    open(
      {
        method: 'get',
        path: `${path}/start`,
        query: StartOidc,
        summary: 'Leads to the provider',
        reply: { 302: null },
      },
      async ({ query }) => {
        const returnTo = ownPath(query.returnTo)
        try {
          const { url, handshake } = await provider.start()
          const redirectState = sealed.seal(JSON.stringify({ ...handshake, returnTo }))
          return { status: 302, redirectState, headers: { Location: url } }
        } catch (error) {
          log.warn({ error }, 'the sign-in provider cannot be reached')
          return toPage(returnTo, 'problem=failed')
        }
      },
    ),

    open(
      {
        method: 'get',
        path: `${path}/callback`,
        summary: 'Where the provider leads back to: signs in and leads to the page',
        reply: { 302: null },
      },
      async ({ request }) => {
        const pending = pendingOf(request)
        if (!pending) return refused('/', 'failed')
        const { returnTo, ...handshake } = pending
        try {
          const account = await accounts.accountOf(await provider.finish(request.originalUrl, handshake))
          return typeof account === 'string'
            ? refused(returnTo, account)
            : await openSession(account, returnTo, request)
        } catch (error) {
          if (error instanceof UnavailableError) throw error
          log.warn({ error }, 'a sign-in through the provider failed')
          return refused(returnTo, 'failed')
        }
      },
    ),
  ]
}
