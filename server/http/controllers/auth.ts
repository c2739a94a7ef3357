import type { Request } from 'express'
import { roles } from '#shared/actors.ts'
import { Login, Register } from '#shared/users.ts'
import type { KnownBrowsers } from '../../auth/known-browsers.ts'
import type { Identity, OpenedSession, Sessions } from '../../auth/sessions.ts'
import { DomainError } from '../../lib/errors.ts'
import type { UsersService } from '../../services/users.service.ts'
import { bearerToken } from '../bearer.ts'
import type { RateLimits } from '../middleware/rate-limits.ts'
import { browserTokenOf, refreshTokenOf } from '../cookies.ts'
import { notForDevices, only, open, type Identify, type Route } from '../route.ts'

export interface AuthDependencies {
  users: UsersService
  sessions: Pick<Sessions, 'refresh' | 'end' | 'endByRefreshToken'>
  knownBrowsers: KnownBrowsers
  identify: Identify
  limits: RateLimits
  registration: 'open' | 'invite' | 'closed'
  /** Throws demo_account when a demo account signs in through a proxy. */
  refuseDemo: (userId: string, request: Request) => void
}

export function authRoutes({
  users,
  sessions,
  knownBrowsers,
  identify,
  limits,
  registration,
  refuseDemo,
}: AuthDependencies): Route[] {
  /** Answers with a session; the address and the browser are known for its account from now on. */
  async function replyWith(
    status: number,
    request: Request,
    { signedIn, refreshToken }: OpenedSession,
    message?: string,
  ) {
    const { id, email, role } = signedIn.user
    await limits.signedIn(request.ip, email)
    const browser = knownBrowsers.add(browserTokenOf(request), email)
    const log = message === undefined ? undefined : { message, user: id, role }
    return { status, log, body: signedIn, cookie: refreshToken, browser }
  }

  return [
    open({ method: 'post', path: '/auth/register', body: Register }, async ({ body, request }) => {
      if (registration !== 'open') throw new DomainError('registration_closed')
      await limits.register(request.ip)
      return replyWith(201, request, await users.register(body, userAgentOf(request)), 'account made')
    }),

    open({ method: 'post', path: '/auth/login', body: Login }, async ({ body, request }) => {
      const browser = knownBrowsers.recognise(browserTokenOf(request), body.email)
      const source = { address: request.ip, browser }
      const opened = await limits.login(source, body.email, () => users.login(body, userAgentOf(request)))
      try {
        refuseDemo(opened.signedIn.user.id, request)
      } catch (error) {
        await sessions.end(opened.sessionId)
        throw error
      }
      return replyWith(200, request, opened, 'signed in')
    }),

    open({ method: 'post', path: '/auth/refresh' }, async ({ request }) => {
      const token = refreshTokenOf(request)
      if (!token) throw new DomainError('session_ended', 'There is no session to go on with. Sign in.')
      return replyWith(200, request, await sessions.refresh(token))
    }),

    // Either token of a session is enough to end it.
    open({ method: 'post', path: '/auth/logout' }, async ({ request }) => {
      const [accessToken, refreshToken] = [bearerToken(request), refreshTokenOf(request)]
      if (!accessToken && !refreshToken) throw new DomainError('unauthenticated')
      try {
        if (accessToken) await sessions.end(sessionOf(await identify(accessToken)))
      } catch (error) {
        if (!refreshToken) throw error // with an expired access token, the refresh token still identifies the session
      }
      if (refreshToken) await sessions.endByRefreshToken(refreshToken)
      return { status: 204, cookie: null }
    }),

    only(roles, { method: 'get', path: '/auth/me', devices: true }, async ({ identity }) => ({
      status: 200,
      body: { user: await users.get(identity.id) },
    })),
  ]
}

const userAgentOf = (request: Request) => request.get('user-agent') ?? null

/** Throws forbidden for a device: it has no session and is revoked by deleting it. */
function sessionOf({ sessionId }: Identity): string {
  if (sessionId === null) throw new DomainError('forbidden', notForDevices)
  return sessionId
}
