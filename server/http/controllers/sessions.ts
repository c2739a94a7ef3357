import { ChangePassword } from '#shared/accounts.ts'
import { roles } from '#shared/actors.ts'
import type { KnownBrowsers } from '../../auth/known-browsers.ts'
import type { Sessions } from '../../auth/sessions.ts'
import { DomainError } from '../../lib/errors.ts'
import type { UsersService } from '../../services/users.service.ts'
import { browserTokenOf } from '../cookies.ts'
import type { RateLimits } from '../middleware/rate-limits.ts'
import { only, type Route } from '../route.ts'

export interface SessionDependencies {
  users: Pick<UsersService, 'get' | 'changePassword'>
  sessions: Pick<Sessions, 'listOf' | 'end'>
  knownBrowsers: Pick<KnownBrowsers, 'recognise'>
  limits: Pick<RateLimits, 'login'>
}

/** The caller's own password and sign-ins. */
export const sessionRoutes = ({ users, sessions, knownBrowsers, limits }: SessionDependencies): Route[] => [
  only(roles, { method: 'post', path: '/auth/password', body: ChangePassword }, async ({ identity, body, request }) => {
    const { email } = await users.get(identity.id)
    // Guesses of the current password count as failed sign-ins.
    const source = { address: request.ip, browser: knownBrowsers.recognise(browserTokenOf(request), email) }
    await limits.login(source, email, () => users.changePassword(identity, body))
    return { status: 204, log: { message: 'password changed' } }
  }),

  only(roles, { method: 'get', path: '/auth/sessions' }, async ({ identity }) => {
    return { status: 200, body: { sessions: await sessions.listOf(identity) } }
  }),

  only(roles, { method: 'delete', path: '/auth/sessions/:id' }, async ({ identity, param }) => {
    const ended = (await sessions.listOf(identity)).find(({ id }) => id === param('id'))
    if (!ended) throw new DomainError('not_found', 'There is no such session.')
    await sessions.end(ended.id)
    return {
      status: 204,
      cookie: ended.current ? null : undefined,
      log: { message: 'session ended', session: ended.id },
    }
  }),
]
