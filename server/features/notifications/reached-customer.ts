import type { Store } from '../../storage/store.ts'

export interface CustomerStores {
  users: Pick<Store['users'], 'byId'>
  customers: Pick<Store['customers'], 'get'>
}

/** To whom messages about an order go. `email`: null when none is known of a customer without an account. */
export interface ReachedCustomer {
  id: string
  name: string
  email: string | null
}

/** null when the account was closed, or there is no such customer. */
export async function customerOf({ users, customers }: CustomerStores, id: string): Promise<ReachedCustomer | null> {
  const user = await users.byId(id)
  if (user) return user.active ? user : null
  return customers.get(id)
}
