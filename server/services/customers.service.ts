import type { Actor } from '#shared/actors.ts'
import type { FoundCustomer } from '#shared/customers.ts'
import type { NewCustomer } from '#shared/order-input.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import { DomainError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { phoneKeyOf, type CountryCode } from '../lib/phone-number.ts'
import { DuplicateError, type CustomerRecord, type Store } from '../storage/store.ts'

export interface CustomersDependencies {
  store: Pick<Store, 'customers' | 'orders' | 'users'>
  clock: Clock
  country: CountryCode
}

/** `email`: null when none is known of a customer without an account. */
export type KnownCustomer = Pick<FoundCustomer, 'id' | 'name' | 'email' | 'hasAccount'>

export type CustomersService = ReturnType<typeof createCustomersService>

const known = ({ id, name, email }: Omit<KnownCustomer, 'hasAccount'>, hasAccount: boolean): KnownCustomer => ({
  id,
  name,
  email,
  hasAccount,
})

const mostFound = 8
const ordersRead = 50

/** Customers as those see them who order for them: with an account, or known by their phone number. */
export function createCustomersService({ store, clock, country }: CustomersDependencies) {
  /** null for an account that may not order, and when there is no such customer. */
  async function byId(id: string): Promise<KnownCustomer | null> {
    const user = await store.users.byId(id)
    if (user?.active && user.role === 'customer') return known(user, true)
    const record = user ? null : await store.customers.get(id)
    return record && known(record, false)
  }

  async function found(id: string): Promise<FoundCustomer[]> {
    const customer = await byId(id)
    if (!customer) return []
    const [last] = await store.orders.list({ scope: { kind: 'customer', id }, limit: 1 })
    const phone = last?.contact.phone ?? (await store.customers.get(id))?.phone ?? null
    return [{ ...customer, phone, contact: last?.contact ?? null }]
  }

  return {
    byId,

    /** Those whose phone number or name matches, the last who ordered first; `contact` is of their last order. */
    async find(q: string): Promise<FoundCustomer[]> {
      const orders = await store.orders.list({ scope: { kind: 'all' }, q, limit: ordersRead })
      const byPhone = await store.customers.byPhone(phoneKeyOf(q, country))
      const ids = new Set([...(byPhone ? [byPhone.id] : []), ...orders.map(({ customer }) => customer.id)])
      return (await Promise.all([...ids].slice(0, mostFound).map(found))).flat()
    },

    /** For whom an order is that another person places. Throws unknown_customer. */
    async named(id: string): Promise<Actor> {
      const customer = await byId(id)
      if (!customer) throw new DomainError('unknown_customer')
      return { id, name: customer.name, role: 'customer' }
    },

    /** The customer with this phone number; a new one without an account when it is not known yet. */
    async withPhone({ name, phone, email }: NewCustomer): Promise<Actor> {
      const phoneKey = phoneKeyOf(phone, country)
      const record = { id: newId(), name, phone, phoneKey, email: email ?? null, createdAt: isoTime(clock.now()) }
      const stored = (await store.customers.byPhone(phoneKey)) ?? (await createOr(record))
      const account = await store.users.byId(stored.id)
      return { id: stored.id, name: account?.name ?? stored.name, role: 'customer' }
    },
  }

  /** Of concurrent calls with one number, one creates the record, and all return it. */
  async function createOr(record: CustomerRecord): Promise<CustomerRecord> {
    try {
      await store.customers.create(record)
      return record
    } catch (error) {
      const first = error instanceof DuplicateError ? await store.customers.byPhone(record.phoneKey) : null
      if (!first) throw error
      return first
    }
  }
}
