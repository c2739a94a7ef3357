import {
  ChangeProfile,
  ForgotPassword,
  HandedLink,
  InvitationList,
  Invite,
  LinkDetails,
  NewInvitation,
  Profile,
  ResetPassword,
  UseLink,
} from '#shared/accounts.ts'
import { roles } from '#shared/actors.ts'
import { InviteCustomer } from '#shared/customers.ts'
import { DomainError } from '../../lib/errors.ts'
import { mailLanguages } from '../../lib/mail/language.ts'
import { accepted, only, open, type Call, type Route } from '../../http/route.ts'
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

  only(
    roles,
    {
      method: 'get',
      path: '/auth/profile',
      summary: 'The profile of the caller',
      reply: { 200: Profile },
      errors: ['not_found'],
    },
    async ({ identity }) => ({
      status: 200,
      body: await dependencies.profile.read(identity.id),
    }),
  ),

  only(
    ['customer'],
    {
      method: 'post',
      path: '/auth/confirm-email/send',
      summary: 'Sends the link that confirms the e-mail address once more',
      reply: { 202: accepted },
      errors: ['no_mail', 'too_many_requests'],
    },
    async ({ identity, request }) => {
      await dependencies.verification.sendLink(identity.id, languageOf(request))
      return { status: 202, body: {} }
    },
  ),

  only(
    roles,
    {
      method: 'patch',
      path: '/auth/me',
      body: ChangeProfile,
      summary: 'Changes the profile of the caller',
      reply: { 200: Profile },
      errors: ['not_found', 'email_taken', 'no_mail', 'wrong_password', 'too_many_requests'],
    },
    async ({ identity, body, request }) => {
      const changed = await dependencies.profile.change(identity, body, {
        language: languageOf(request),
        confirm: (user, password) => dependencies.signIn.confirmPassword(user, password, request, 'current'),
      })
      const fields = Object.keys(body).filter((field) => field !== 'current')
      return { status: 200, body: changed, log: { message: 'profile changed', fields } }
    },
  ),
]

/** Throws too_many_requests unless it is 0. */
function refuseFor(retryAfter: number): void {
  if (retryAfter > 0) throw new DomainError('too_many_requests', undefined, { retryAfter })
}

const recoveryRoutes = ({ recovery, openedFrom, forgottenFrom, forgottenBy }: AccountDependencies): Route[] => [
  open(
    {
      method: 'post',
      path: '/auth/forgot',
      body: ForgotPassword,
      summary: 'Sends a link to set another password, if there is such an account',
      reply: { 202: accepted },
      errors: ['too_many_requests'],
    },
    async ({ body: { email }, request }) => {
      refuseFor(await forgottenFrom(request.ip))
      // A refusal would not tell more than the e-mails that have arrived, but would let others know that there were some.
      if ((await forgottenBy(email)) === 0) await recovery.forgot(email, languageOf(request))
      return { status: 202, body: {} }
    },
  ),

  open(
    {
      method: 'post',
      path: '/auth/link',
      body: UseLink,
      summary: 'What a link that was sent by e-mail is for',
      reply: { 200: LinkDetails },
      errors: ['invalid_link', 'too_many_requests'],
    },
    async ({ body: { token }, request }) => {
      refuseFor(await openedFrom(request.ip))
      return { status: 200, body: await recovery.details(token) }
    },
  ),

  open(
    {
      method: 'post',
      path: '/auth/reset',
      body: ResetPassword,
      summary: 'Sets a password by a link; an invitation becomes an account',
      reply: { 204: null },
      errors: ['invalid_link', 'email_taken', 'weak_password', 'registration_closed', 'too_many_requests'],
    },
    async ({ body, request }) => {
      refuseFor(await openedFrom(request.ip))
      const user = await recovery.reset(body)
      return { status: 204, log: { message: 'password set by a link', user } }
    },
  ),

  open(
    {
      method: 'post',
      path: '/auth/confirm-email',
      body: UseLink,
      summary: 'Confirms an e-mail address by a link',
      reply: { 204: null },
      errors: ['invalid_link', 'email_taken', 'too_many_requests'],
    },
    async ({ body: { token }, request }) => {
      refuseFor(await openedFrom(request.ip))
      const { kind, user } = await recovery.confirmEmail(token)
      const message = kind === 'email' ? 'e-mail address changed' : 'e-mail address confirmed'
      return { status: 204, log: { message, user } }
    },
  ),

  only(
    ['admin'],
    {
      method: 'post',
      path: '/users/:id/reset',
      summary: 'A link with which a person sets another password',
      reply: { 201: HandedLink },
      errors: ['not_found'],
    },
    async ({ param, request }) => {
      const link = await recovery.resetLinkFor(param('id'), languageOf(request))
      return { status: 201, body: link, log: { message: 'reset link made', user: param('id') } }
    },
  ),
]

const invitationRoutes = ({ invitations }: AccountDependencies): Route[] => [
  only(
    ['admin'],
    {
      method: 'post',
      path: '/users/invite',
      body: Invite,
      summary: 'Invites a person',
      reply: { 201: NewInvitation },
      errors: ['email_taken', 'registration_closed'],
    },
    async ({ body, request }) => {
      const created = await invitations.invite(body, languageOf(request))
      const { id, role } = created.invitation
      return { status: 201, body: created, log: { message: 'person invited', invitation: id, role } }
    },
  ),

  only(
    ['admin'],
    {
      method: 'post',
      path: '/customers/:id/invite',
      body: InviteCustomer,
      summary: 'Invites a customer without an account to register',
      reply: { 201: NewInvitation },
      errors: ['not_found', 'email_taken', 'registration_closed'],
    },
    async ({ param, body, request }) => {
      const created = await invitations.inviteCustomer(param('id'), body.email, languageOf(request))
      const log = { message: 'person invited', invitation: created.invitation.id, role: 'customer' }
      return { status: 201, body: created, log }
    },
  ),

  only(
    ['admin'],
    {
      method: 'get',
      path: '/invitations',
      summary: 'Invitations that were not accepted yet',
      reply: { 200: InvitationList },
    },
    async () => ({
      status: 200,
      body: { invitations: await invitations.list() },
    }),
  ),

  only(
    ['admin'],
    {
      method: 'post',
      path: '/invitations/:id/repeat',
      summary: 'Invites once more, with a new link',
      reply: { 201: NewInvitation },
      errors: ['not_found', 'email_taken', 'registration_closed'],
    },
    async ({ param, request }) => {
      const repeated = await invitations.repeat(param('id'), languageOf(request))
      return { status: 201, body: repeated, log: { message: 'invitation repeated', invitation: param('id') } }
    },
  ),

  only(
    ['admin'],
    {
      method: 'delete',
      path: '/invitations/:id',
      summary: 'Withdraws an invitation',
      reply: { 204: null },
      errors: ['not_found'],
    },
    async ({ param }) => {
      await invitations.withdraw(param('id'))
      return { status: 204, log: { message: 'invitation withdrawn', invitation: param('id') } }
    },
  ),
]
