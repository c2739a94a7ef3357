import { NewApiToken } from '#shared/api-tokens.ts'
import { NewDevice } from '#shared/devices.ts'
import { Service } from '#shared/catalogue.ts'
import { SignedIn, User } from '#shared/users.ts'
import { createSend } from './actors/send.ts'
import type { Account } from './actors/session.ts'
import { config } from './config.ts'

export interface Accounts {
  admins: Account[]
  vendors: Account[]
  customers: Account[]
  /** Vendors who are deactivated now and then; the first one also at the end. The others stay active. */
  leaving: Account[]
  /** Services that can be ordered. */
  serviceIds: string[]
  /** Creates a device of this vendor and resolves to its token. */
  device(vendor: Account): Promise<string>
  /** Creates an API token that reads everything. */
  dashboardToken(): Promise<string>
}

const password = 'correct horse battery'
const times = <T>(count: number, make: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)))

/** Creates the accounts before the faults begin. `demo`: passwords of the demo accounts. */
export async function createAccounts(origin: string, demo: ReadonlyMap<string, string>): Promise<Accounts> {
  const { actors } = config
  const send = createSend(origin, 'setup')

  async function signIn(email: string): Promise<Account & { token: string }> {
    const own = demo.get(email) ?? ''
    const { body } = await send('/auth/login', { method: 'POST', body: { email, password: own } })
    const { user, accessToken } = SignedIn.parse(body)
    return { user, password: own, token: accessToken }
  }
  const admin = await signIn('admin@example.com')
  const vendor = await signIn('vendor@example.com')
  const { token } = admin

  async function create(role: 'vendor' | 'admin', n: number): Promise<Account> {
    const body = { name: `${role} ${n + 2}`, email: `${role}${n + 2}@example.org`, password, role }
    return { user: User.parse((await send('/users', { method: 'POST', token, body })).body), password }
  }
  async function register(n: number): Promise<Account> {
    const body = { name: `customer ${n + 1}`, email: `customer${n + 1}@example.org`, password }
    const { user } = SignedIn.parse((await send('/auth/register', { method: 'POST', body })).body)
    return { user, password }
  }
  async function createService(n: number): Promise<string> {
    const body = { name: `service ${n + 1}`, price: 1_000, durationMinutes: 60, ...actors.serviceRules[n] }
    return Service.parse((await send('/services', { method: 'POST', token, body })).body).id
  }
  const [vendors, admins, customers, serviceIds] = await Promise.all([
    times(actors.restVendors + actors.deviceVendors - 1, (n) => create('vendor', n)),
    times(actors.adminDashboards - 1, (n) => create('admin', n)),
    times(actors.customers, register),
    times(actors.services, createService),
  ])

  for (const [n, { user }] of [vendor, ...vendors].entries())
    await send(`/users/${user.id}`, { method: 'PATCH', token, body: { skills: actors.vendorSkills[n] ?? [] } })

  return {
    admins: [admin, ...admins],
    vendors: [vendor, ...vendors],
    customers,
    leaving: [vendor, ...vendors.slice(-actors.deviceVendors)],
    serviceIds,
    async device({ user }) {
      const body = { name: 'Van', vendorId: user.id }
      return NewDevice.parse((await send('/devices', { method: 'POST', token, body })).body).token
    },
    async dashboardToken() {
      const body = { name: 'Library', scope: 'dashboard' }
      return NewApiToken.parse((await send('/tokens', { method: 'POST', token, body })).body).secret
    },
  }
}
