import * as z from 'zod/mini'
import { email } from './email.ts'
import { id, text } from './fields.ts'
import { Contact } from './orders.ts'

/** The query of `GET /customers`: a phone number in any notation, some of its digits, or a name. */
export const CustomerQuery = z.strictObject({ q: text(1, 100) })

/** `contact`: of the last order; null when there was none. */
export const FoundCustomer = z.object({
  id,
  name: z.string(),
  email: z.nullable(z.string()),
  phone: z.nullable(z.string()),
  hasAccount: z.boolean(),
  contact: z.nullable(Contact),
})
export type FoundCustomer = z.infer<typeof FoundCustomer>

export const CustomerList = z.object({ customers: z.array(FoundCustomer) })

/** Of a customer who has no account and no e-mail address, the address is required. */
export const InviteCustomer = z.strictObject({ email: z.optional(email) })
