import { roles } from '#shared/actors.ts'
import { Login, Me, Register, SignedIn } from '#shared/users.ts'
import type { Identity, Sessions } from '../../auth/sessions.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Registration } from '../../services/registration.ts'
import type { UsersService } from '../../services/users.service.ts'
import { bearerToken } from '../bearer.ts'
import type { RateLimits } from '../middleware/rate-limits.ts'
import { refreshTokenOf } from '../cookies.ts'
import { notForDevices, only, open, type Identify, type Registered, type Route } from '../route.ts'
import type { SignIn } from '../sign-in.ts'

export interface AuthDependencies {
  users: UsersService
  sessions: Pick<Sessions, 'refresh' | 'end' | 'endByRefreshToken'>
  signIn: Pick<SignIn, 'withPassword' | 'reply'>
  identify: Identify
  limits: Pick<RateLimits, 'register'>
  registration: Pick<Registration, 'isOpen'>
  registered: readonly Registered[]
}

export function authRoutes(dependencies: AuthDependencies): Route[] {
  const { users, sessions, signIn, identify, limits, registration, registered } = dependencies
  return [
    open(
      {
        method: 'post',
        path: '/auth/register',
        body: Register,
        summary: 'Creates the account of a customer and signs in',
        reply: { 201: SignedIn },
        errors: ['registration_closed', 'email_taken', 'weak_password', 'too_many_requests'],
      },
      async ({ body, request }) => {
        if (!registration.isOpen) throw new DomainError('registration_closed')
        await limits.register(request.ip)
        const opened = await users.register(body, request.get('user-agent') ?? null)
        for (const task of registered) await task(opened.signedIn.user, request)
        return signIn.reply(201, request, opened, { message: 'account made' })
      },
    ),

    open(
      {
        method: 'post',
        path: '/auth/login',
        body: Login,
        summary: 'Signs in',
        reply: { 200: SignedIn },
        errors: ['bad_credentials', 'second_factor_required', 'demo_account', 'too_many_requests'],
      },
      ({ body, request }) => signIn.withPassword(body, request),
    ),

    open(
      {
        method: 'post',
        path: '/auth/refresh',
        cookie: true,
        summary: 'A new access token for the session of the cookie',
        reply: { 200: SignedIn },
        errors: ['session_ended'],
      },
      async ({ request }) => {
        const token = refreshTokenOf(request)
        if (!token) throw new DomainError('session_ended', 'There is no session to go on with. Sign in.')
        return signIn.reply(200, request, await sessions.refresh(token))
      },
    ),

    // Either token of a session is enough to end it.
    open(
      {
        method: 'post',
        path: '/auth/logout',
        cookie: true,
        bearer: true,
        summary: 'Ends the session of the access token or the cookie',
        reply: { 204: null },
        errors: ['unauthenticated', 'forbidden'],
      },
      async ({ request }) => {
        const [accessToken, refreshToken] = [bearerToken(request), refreshTokenOf(request)]
        if (!accessToken && !refreshToken) throw new DomainError('unauthenticated')
        try {
          if (accessToken) await sessions.end(sessionOf(await identify(accessToken)))
        } catch (error) {
          if (!refreshToken) throw error // with an expired access token, the refresh token still identifies the session
        }
        if (refreshToken) await sessions.endByRefreshToken(refreshToken)
        return { status: 204, cookie: null }
      },
    ),

    only(
      roles,
      {
        method: 'get',
        path: '/auth/me',
        devices: true,
        limitedSessions: true,
        summary: 'The account of the caller',
        reply: { 200: Me },
        errors: ['not_found'],
      },
      async ({ identity }) => ({
        status: 200,
        body: { user: await users.get(identity.id) },
      }),
    ),
  ]
}

/** Throws forbidden for a device: it has no session and is revoked by deleting it. */
function sessionOf({ sessionId }: Identity): string {
  if (sessionId === null) throw new DomainError('forbidden', notForDevices)
  return sessionId
}
