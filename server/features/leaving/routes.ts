import { EraseAccount, PersonalExport } from '#shared/erasure.ts'
import { roles } from '#shared/actors.ts'
import { accepted, only, type Route } from '../../http/route.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Store, UserRecord } from '../../storage/store.ts'
import type { UsersService } from '../../services/users.service.ts'
import type { Core } from '../feature.ts'
import type { ErasureService, ErasedPerson } from './erasure.service.ts'
import type { createExport } from './export.ts'

export interface LeavingDependencies {
  erasure: Pick<ErasureService, 'erase'>
  users: Pick<UsersService, 'get'>
  store: { users: Pick<Store['users'], 'byId'>; customers: Pick<Store['customers'], 'get'> }
  exportOf: ReturnType<typeof createExport>
  signIn: Pick<Core['signIn'], 'confirmPassword'>
}

/** Parts look for what is stored under an address; the absence of one must match nothing. */
const noEmail = (id: string) => `${id}@without-account.invalid`

export function leavingRoutes({ erasure, exportOf, users, store, signIn }: LeavingDependencies): Route[] {
  /** Throws not_found, for an erased person too. */
  async function accountOf(id: string): Promise<UserRecord> {
    await users.get(id)
    const user = await store.users.byId(id)
    if (!user) throw new DomainError('not_found')
    return user
  }

  /** A customer without an account too. Throws not_found. */
  async function personOf(id: string): Promise<ErasedPerson> {
    const customer = (await store.users.byId(id)) ? null : await store.customers.get(id)
    return customer ? { id, role: 'customer', email: customer.email ?? noEmail(id) } : accountOf(id)
  }

  const attachment = ({ id }: ErasedPerson) => ({
    'Content-Disposition': `attachment; filename="callout-${id}.json"`,
  })

  return [
    only(
      roles,
      {
        method: 'get',
        path: '/account/export',
        summary: 'What the server has about the caller',
        reply: { 200: PersonalExport },
        errors: ['not_found'],
      },
      async ({ identity }) => {
        const person = await accountOf(identity.id)
        const log = { message: 'own data exported', user: person.id }
        return { status: 200, headers: attachment(person), body: await exportOf(person), log }
      },
    ),

    only(
      ['admin'],
      {
        method: 'get',
        path: '/users/:id/export',
        summary: 'What the server has about a person, with or without an account',
        reply: { 200: PersonalExport },
        errors: ['not_found'],
      },
      async ({ param }) => {
        const person = await personOf(param('id'))
        const log = { message: 'data of a person exported', user: person.id }
        return { status: 200, headers: attachment(person), body: await exportOf(person), log }
      },
    ),

    only(
      roles,
      {
        method: 'post',
        path: '/account/erase',
        body: EraseAccount,
        summary: 'Erases the account and the personal data of the caller',
        reply: { 202: accepted },
        errors: ['not_found', 'wrong_password', 'open_orders', 'vendor_has_jobs', 'last_admin', 'too_many_requests'],
      },
      async ({ identity, body, request }) => {
        const person = await accountOf(identity.id)
        await signIn.confirmPassword(person, body.password, request)
        await erasure.erase(person, identity)
        return {
          status: 202,
          body: {},
          cookie: null,
          log: { message: 'account erased', user: person.id, role: person.role },
        }
      },
    ),

    only(
      ['admin'],
      {
        method: 'post',
        path: '/users/:id/erase',
        summary: 'Erases the account and the personal data of a person, or of a customer without an account',
        reply: { 202: accepted },
        errors: ['not_found', 'open_orders', 'vendor_has_jobs', 'last_admin', 'own_account'],
      },
      async ({ identity, param }) => {
        const person = await personOf(param('id'))
        if (person.id === identity.id) throw new DomainError('own_account', 'Erase your own account in your profile.')
        await erasure.erase(person, identity)
        return { status: 202, body: {}, log: { message: 'account erased', user: person.id, role: person.role } }
      },
    ),
  ]
}
