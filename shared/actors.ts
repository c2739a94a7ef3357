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
}

/** What decides what an actor may see and do. */
export type Who = Pick<Actor, 'id' | 'role' | 'reader'>
