import type { Role } from '#shared/actors.ts'
import {
  AnswerChallenge,
  ChangeSecondFactor,
  ConfirmedSecondFactor,
  ConfirmSecondFactor,
  RecoveryCodes,
  SecondFactorState,
  StartedSecondFactor,
  StartSecondFactor,
} from '#shared/second-factor.ts'
import { SignedIn } from '#shared/users.ts'
import type { SignInCheck } from '../../auth/checks.ts'
import type { Identity } from '../../auth/sessions.ts'
import { only, open, type Route } from '../../http/route.ts'
import { DomainError } from '../../lib/errors.ts'
import type { UserRecord } from '../../storage/store.ts'
import type { Core } from '../feature.ts'
import type { Challenges } from './challenges.ts'
import type { createCodes } from './codes.ts'
import type { SecondFactorService } from './second-factor.service.ts'

export interface SecondFactorRoutesDependencies {
  service: SecondFactorService
  codes: ReturnType<typeof createCodes>
  challenges: Challenges
  users: Pick<Core['store']['users'], 'byId'>
  signIn: Pick<Core['signIn'], 'open' | 'confirmPassword'>
  sessions: Core['sessions']
  /** Who must have a second factor. */
  required: readonly Role[]
  /** The feature's own check, which the second step has passed. */
  check: SignInCheck
}

/** Vendors and admins: a customer's account does not concern others. */
const staff = ['vendor', 'admin'] as const
const path = '/auth/second-factor'

export function secondFactorRoutes(dependencies: SecondFactorRoutesDependencies): Route[] {
  const { service, codes, challenges, users, signIn, sessions, required, check } = dependencies
  const limitedSessions = true

  async function accountOf({ id }: Pick<Identity, 'id'>): Promise<UserRecord> {
    const account = await users.byId(id)
    if (!account) throw new DomainError('not_found', 'There is no such user.')
    return account
  }

  return [
    open(
      {
        method: 'post',
        path,
        body: AnswerChallenge,
        summary: 'The second step of a sign-in',
        reply: { 200: SignedIn },
        errors: ['session_ended', 'wrong_code', 'not_found', 'demo_account', 'bad_credentials', 'too_many_requests'],
      },
      async ({ body, request }) => {
        const account = await challenges.accountOf(body.challenge)
        const { kind } = await codes.use(account.id, body.code)
        await challenges.use(body.challenge)
        return signIn.open(account, request, { passed: check, log: { message: 'signed in', secondFactor: kind } })
      },
    ),

    only(
      staff,
      {
        method: 'get',
        path,
        limitedSessions,
        summary: 'Whether the caller has a second factor',
        reply: { 200: SecondFactorState },
      },
      async ({ identity: { id, role } }) => {
        const body: SecondFactorState = { ...(await service.stateOf(id)), required: required.includes(role) }
        return { status: 200, body }
      },
    ),

    only(
      staff,
      {
        method: 'post',
        path: `${path}/start`,
        body: StartSecondFactor,
        limitedSessions,
        summary: 'A secret for an authenticator app',
        reply: { 201: StartedSecondFactor },
        errors: ['not_found', 'second_factor_on', 'wrong_password', 'too_many_requests'],
      },
      async ({ identity, body, request }) => {
        const account = await accountOf(identity)
        await signIn.confirmPassword(account, body.password, request)
        return { status: 201, body: await service.start(account.id, account.email) }
      },
    ),

    // Sessions that were opened with the password alone end, and the caller gets a new one.
    only(
      staff,
      {
        method: 'post',
        path: `${path}/confirm`,
        body: ConfirmSecondFactor,
        limitedSessions,
        summary: 'Turns the second factor on; all sessions end, and a new one begins',
        reply: { 200: ConfirmedSecondFactor },
        errors: ['not_found', 'second_factor_on', 'wrong_code', 'bad_credentials', 'too_many_requests'],
      },
      async ({ identity, body, request }) => {
        const confirmed = await service.confirm(identity.id, body.code)
        await sessions.endAllOf(identity.id)
        const log = { message: 'second factor on' }
        const reply = await signIn.open(await accountOf(identity), request, { passed: check, log })
        return { ...reply, body: Object.assign({}, reply.body, confirmed) }
      },
    ),

    only(
      staff,
      {
        method: 'post',
        path: `${path}/recovery-codes`,
        body: ChangeSecondFactor,
        summary: 'New recovery codes',
        reply: { 200: RecoveryCodes },
        errors: ['not_found', 'wrong_password', 'wrong_code', 'too_many_requests'],
      },
      async ({ identity, body, request }) => {
        await signIn.confirmPassword(await accountOf(identity), body.password, request)
        const renewed = await service.renewRecoveryCodes(identity.id, body.code)
        return { status: 200, body: renewed, log: { message: 'recovery codes renewed', user: identity.id } }
      },
    ),

    only(
      staff,
      {
        method: 'post',
        path: `${path}/off`,
        body: ChangeSecondFactor,
        summary: 'Turns the second factor off',
        reply: { 204: null },
        errors: ['not_found', 'wrong_password', 'wrong_code', 'too_many_requests'],
      },
      async ({ identity, body, request }) => {
        const { id, role } = identity
        if (required.includes(role)) throw new DomainError('forbidden', 'This server requires a second factor.')
        await signIn.confirmPassword(await accountOf(identity), body.password, request)
        await service.turnOff(id, body.code)
        return { status: 204, log: { message: 'second factor off', user: id } }
      },
    ),

    // Not one's own: a stolen session could turn it off without a code.
    only(
      ['admin'],
      {
        method: 'delete',
        path: '/users/:id/second-factor',
        summary: 'Turns off the second factor of another person, who has lost it',
        reply: { 204: null },
        errors: ['not_found', 'own_account'],
      },
      async ({ identity, param }) => {
        const id = param('id')
        if (id === identity.id) throw new DomainError('own_account', 'Turn off your own second factor with a code.')
        await service.reset(id)
        await sessions.endAllOf(id)
        return { status: 204, log: { message: 'second factor reset', user: id } }
      },
    ),
  ]
}
