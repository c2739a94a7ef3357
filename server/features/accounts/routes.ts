import { ChangeProfile, ForgotPassword, Invite, ResetPassword, UseLink } from '#shared/accounts.ts'
import { roles } from '#shared/actors.ts'
import { DomainError } from '../../lib/errors.ts'
import { mailLanguages } from '../../lib/mail/language.ts'
import { only, open, type Call, type Route } from '../../http/route.ts'
import type { Core } from '../feature.ts'
import type { InvitationsService } from './invitations.service.ts'
import type { ProfileService } from './profile.service.ts'
import type { RecoveryService } from './recovery.service.ts'
import type { VerificationService } from './verification.service.ts'

export interface AccountDependencies {
  signIn: Pick<Core['signIn'], 'confirmPassword'>
  recovery: RecoveryService
  invitations: InvitationsService
  profile: ProfileService
  verification: VerificationService
  /** Seconds to wait before the next token from this address; 0 for none. */
  openedFrom: (address: string | undefined) => Promise<number>
  /** The same for requests for reset links. */
  forgottenFrom: (address: string | undefined) => Promise<number>
  /** The same for e-mails to one address. */
  forgottenBy: (email: string) => Promise<number>
}

/** Of the browser. */
export const languageOf = (request: Call<unknown, unknown>['request']): string =>
  request.acceptsLanguages([...mailLanguages]) || 'en'

export const accountRoutes = (dependencies: AccountDependencies): Route[] => [
  ...recoveryRoutes(dependencies),
  ...invitationRoutes(dependencies),

  only(roles, { method: 'get', path: '/auth/profile' }, async ({ identity }) => ({
    status: 200,
    body: await dependencies.profile.read(identity.id),
  })),

  only(['customer'], { method: 'post', path: '/auth/confirm-email/send' }, async ({ identity, request }) => {
    await dependencies.verification.sendLink(identity.id, languageOf(request))
    return { status: 202, body: {} }
  }),

  only(roles, { method: 'patch', path: '/auth/me', body: ChangeProfile }, async ({ identity, body, request }) => {
    const changed = await dependencies.profile.change(identity, body, {
      language: languageOf(request),
      confirm: (user, password) => dependencies.signIn.confirmPassword(user, password, request, 'current'),
    })
    const fields = Object.keys(body).filter((field) => field !== 'current')
    return { status: 200, body: changed, log: { message: 'profile changed', fields } }
  }),
]

/** Throws too_many_requests unless it is 0. */
function refuseFor(retryAfter: number): void {
  if (retryAfter > 0) throw new DomainError('too_many_requests', undefined, { retryAfter })
}

const recoveryRoutes = ({ recovery, openedFrom, forgottenFrom, forgottenBy }: AccountDependencies): Route[] => [
  open({ method: 'post', path: '/auth/forgot', body: ForgotPassword }, async ({ body: { email }, request }) => {
    refuseFor(await forgottenFrom(request.ip))
    // A refusal would not tell more than the e-mails that have arrived, but would let others know that there were some.
    if ((await forgottenBy(email)) === 0) await recovery.forgot(email, languageOf(request))
    return { status: 202, body: {} }
  }),

  open({ method: 'post', path: '/auth/link', body: UseLink }, async ({ body: { token }, request }) => {
    refuseFor(await openedFrom(request.ip))
    return { status: 200, body: await recovery.details(token) }
  }),

  open({ method: 'post', path: '/auth/reset', body: ResetPassword }, async ({ body, request }) => {
    refuseFor(await openedFrom(request.ip))
    const user = await recovery.reset(body)
    return { status: 204, log: { message: 'password set by a link', user } }
  }),

  open({ method: 'post', path: '/auth/confirm-email', body: UseLink }, async ({ body: { token }, request }) => {
    refuseFor(await openedFrom(request.ip))
    const { kind, user } = await recovery.confirmEmail(token)
    const message = kind === 'email' ? 'e-mail address changed' : 'e-mail address confirmed'
    return { status: 204, log: { message, user } }
  }),

  only(['admin'], { method: 'post', path: '/users/:id/reset' }, async ({ param, request }) => {
    const link = await recovery.resetLinkFor(param('id'), languageOf(request))
    return { status: 201, body: link, log: { message: 'reset link made', user: param('id') } }
  }),
]

const invitationRoutes = ({ invitations }: AccountDependencies): Route[] => [
  only(['admin'], { method: 'post', path: '/users/invite', body: Invite }, async ({ body, request }) => {
    const created = await invitations.invite(body, languageOf(request))
    const { id, role } = created.invitation
    return { status: 201, body: created, log: { message: 'person invited', invitation: id, role } }
  }),

  only(['admin'], { method: 'get', path: '/invitations' }, async () => ({
    status: 200,
    body: { invitations: await invitations.list() },
  })),

  only(['admin'], { method: 'post', path: '/invitations/:id/repeat' }, async ({ param, request }) => {
    const repeated = await invitations.repeat(param('id'), languageOf(request))
    return { status: 201, body: repeated, log: { message: 'invitation repeated', invitation: param('id') } }
  }),

  only(['admin'], { method: 'delete', path: '/invitations/:id' }, async ({ param }) => {
    await invitations.withdraw(param('id'))
    return { status: 204, log: { message: 'invitation withdrawn', invitation: param('id') } }
  }),
]
