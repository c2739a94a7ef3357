import { VendorList, type Vendor } from '#shared/presence.ts'
import type { VendorRating } from '#shared/order-outcome.ts'
import { ChangeUser } from '#shared/user-input.ts'
import { CreateUser, User, UserList, UserQuery } from '#shared/users.ts'
import type { PresenceService } from '../../services/presence.service.ts'
import type { UsersService } from '../../services/users.service.ts'
import { only, type Route } from '../route.ts'

export interface PeopleDependencies {
  users: UsersService
  presence: Pick<PresenceService, 'list'>
  /** By the vendor's id. */
  vendorRatings(): Promise<ReadonlyMap<string, VendorRating>>
}

export const peopleRoutes = ({ users, presence, vendorRatings }: PeopleDependencies): Route[] => [
  only(
    ['admin'],
    {
      method: 'get',
      path: '/vendors',
      tokens: 'any',
      summary: 'Every active vendor, with presence, number of jobs and average rating',
      reply: { 200: VendorList },
    },
    async () => {
      const [vendors, ratings] = await Promise.all([presence.list(), vendorRatings()])
      const withRating = (vendor: Vendor): Vendor => {
        const rating = ratings.get(vendor.id)
        return rating ? { ...vendor, rating } : vendor
      }
      return { status: 200, body: { vendors: vendors.map(withRating) } }
    },
  ),

  only(
    ['admin'],
    {
      method: 'get',
      path: '/users',
      query: UserQuery,
      tokens: 'with_contact',
      summary: 'Accounts',
      reply: { 200: UserList },
    },
    async ({ query }) => ({
      status: 200,
      body: { users: await users.list(query) },
    }),
  ),

  only(
    ['admin'],
    {
      method: 'post',
      path: '/users',
      body: CreateUser,
      summary: 'Creates the account of a vendor or an admin',
      reply: { 201: User },
      errors: ['email_taken', 'weak_password'],
    },
    async ({ body }) => {
      const user = await users.create(body)
      const log = { message: 'account made', user: user.id, role: user.role }
      return { status: 201, body: user, log, changes: { before: {}, after: user } }
    },
  ),

  only(
    ['admin'],
    {
      method: 'patch',
      path: '/users/:id',
      body: ChangeUser,
      summary: 'Renames, deactivates or reactivates an account, or sets its password',
      reply: { 200: User },
      errors: ['not_found', 'vendor_has_jobs', 'last_admin', 'unknown_vendor', 'weak_password', 'own_account'],
    },
    async ({ identity, param, body }) => {
      const before = await users.get(param('id'))
      const user = await users.change(identity, param('id'), body)
      const log = { message: 'account changed', user: user.id, role: user.role, fields: Object.keys(body) }
      return { status: 200, body: user, log, changes: { before, after: user } }
    },
  ),
]
