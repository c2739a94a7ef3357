import type { LinkRight } from './tracking.ts'

/** The roles of users. What an actor may do with one order also depends on the order: see order-status.ts. */
export const roles = ['customer', 'vendor', 'admin'] as const
export type Role = (typeof roles)[number]

/** The user who acts, as the rules and the audit trail need it. */
export interface Actor {
  id: string
  name: string
  role: Role
  /** Set for an admin's token that only reads: whether it also reads who ordered, and the contact. */
  reader?: 'with_contact' | 'without_contact'
  /** Set for the holder of a tracking link, who acts as the customer of one order and has to do with no other. */
  link?: HeldLink
}

/** A tracking link, and what the settings allow its holder besides reading. */
export interface HeldLink {
  id: string
  orderId: string
  may: readonly LinkRight[]
}

/** What decides what an actor may see and do. */
export type Who = Pick<Actor, 'id' | 'role' | 'reader' | 'link'>
