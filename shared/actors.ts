/** The roles of users. What an actor may do with one order also depends on the order: see order-status.ts. */
export const roles = ['customer', 'vendor', 'admin'] as const
export type Role = (typeof roles)[number]

/** The user who acts, as the rules and the audit trail need it. */
export interface Actor {
  id: string
  name: string
  role: Role
}
