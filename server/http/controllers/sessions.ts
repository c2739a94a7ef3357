import { ChangePassword, SessionList } from '#shared/accounts.ts'
import { roles } from '#shared/actors.ts'
import type { Sessions } from '../../auth/sessions.ts'
import { DomainError } from '../../lib/errors.ts'
import type { UsersService } from '../../services/users.service.ts'
import { only, type Route } from '../route.ts'
import type { SignIn } from '../sign-in.ts'

export interface SessionDependencies {
  users: Pick<UsersService, 'get' | 'changePassword'>
  sessions: Pick<Sessions, 'listOf' | 'end'>
  signIn: Pick<SignIn, 'confirmPassword'>
}

/** The caller's own password and sign-ins. */
export const sessionRoutes = ({ users, sessions, signIn }: SessionDependencies): Route[] => [
  only(
    roles,
    {
      method: 'post',
      path: '/auth/password',
      body: ChangePassword,
      summary: 'Changes the password of the caller; all other sessions end',
      reply: { 204: null },
      errors: ['not_found', 'wrong_password', 'weak_password', 'too_many_requests'],
    },
    async ({ identity, body, request }) => {
      await signIn.confirmPassword(await users.get(identity.id), body.current, request, 'current')
      await users.changePassword(identity, body.password)
      return { status: 204, log: { message: 'password changed' } }
    },
  ),

  only(
    roles,
    { method: 'get', path: '/auth/sessions', summary: 'Where the caller is signed in', reply: { 200: SessionList } },
    async ({ identity }) => {
      return { status: 200, body: { sessions: await sessions.listOf(identity) } }
    },
  ),

  only(
    roles,
    {
      method: 'delete',
      path: '/auth/sessions/:id',
      summary: 'Ends a session of the caller',
      reply: { 204: null },
      errors: ['not_found'],
    },
    async ({ identity, param }) => {
      const ended = (await sessions.listOf(identity)).find(({ id }) => id === param('id'))
      if (!ended) throw new DomainError('not_found', 'There is no such session.')
      await sessions.end(ended.id)
      return {
        status: 204,
        cookie: ended.current ? null : undefined,
        log: { message: 'session ended', session: ended.id },
      }
    },
  ),
]
