import { NewDevice } from '#shared/devices.ts'
import { Service } from '#shared/catalogue.ts'
import { SignedIn, User } from '#shared/users.ts'
import * as z from 'zod/mini'
import { createSend } from './actors/send.ts'
import type { Account } from './actors/session.ts'
import { config } from './config.ts'

export interface Accounts {
  admins: Account[]
  vendors: Account[]
  customers: Account[]
  /** A service that can be ordered. */
  serviceId: string
  /** Creates a device of this vendor and resolves to its token. */
  device(vendor: Account): Promise<string>
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
  const [vendors, admins, customers] = await Promise.all([
    times(actors.restVendors + actors.deviceVendors - 1, (n) => create('vendor', n)),
    times(actors.adminDashboards - 1, (n) => create('admin', n)),
    times(actors.customers, register),
  ])
  const { services } = z.object({ services: z.array(Service) }).parse((await send('/services', { token })).body)
  const [service] = services
  if (!service) throw new Error('the catalogue is empty')

  return {
    admins: [admin, ...admins],
    vendors: [vendor, ...vendors],
    customers,
    serviceId: service.id,
    async device({ user }) {
      const body = { name: 'Van', vendorId: user.id }
      return NewDevice.parse((await send('/devices', { method: 'POST', token, body })).body).token
    },
  }
}
