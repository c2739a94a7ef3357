import type { Role } from '#shared/actors.ts'
import type { OrderRecord } from '../../storage/store.ts'
import type { MessageRecord } from './message-records.ts'

interface Recipient {
  id: string
  role: Role
}

type Party = 'customer' | 'vendor' | 'admins'

/** Who is told of a message, by who wrote it. The first party that the order has; each of `both`. */
const recipientsOf: Record<Role, { message: readonly Party[]; internal: readonly Party[]; both: boolean }> = {
  // The desk looks after an order that no vendor has taken.
  customer: { message: ['vendor', 'admins'], internal: [], both: false },
  vendor: { message: ['customer'], internal: ['admins'], both: false },
  admin: { message: ['customer', 'vendor'], internal: ['vendor'], both: true },
}

/** `admins`: reads the ids of the active admins, only when they are told. */
export async function recipientsOfMessage(
  { authorId, authorRole, internal }: Pick<MessageRecord, 'authorId' | 'authorRole' | 'internal'>,
  { customer, vendor }: Pick<OrderRecord, 'customer' | 'vendor'>,
  admins: () => Promise<readonly string[]>,
): Promise<Recipient[]> {
  const parties: Record<Party, () => Promise<Recipient[]>> = {
    customer: async () => [{ id: customer.id, role: 'customer' }],
    vendor: async () => (vendor ? [{ id: vendor.id, role: 'vendor' }] : []),
    admins: async () => (await admins()).map((id) => ({ id, role: 'admin' })),
  }
  const row = recipientsOf[authorRole]
  const told: Recipient[] = []
  for (const party of internal ? row.internal : row.message) {
    if (told.length === 0 || row.both) told.push(...(await parties[party]()))
  }
  return told.filter(({ id }) => id !== authorId)
}
