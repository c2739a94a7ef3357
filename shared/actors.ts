/** The three roles of the trade. A role says what kind of work a person does; what they may do with one order is in order-status.ts. */
export const roles = ['customer', 'vendor', 'admin'] as const
export type Role = (typeof roles)[number]

/** Somebody who acts: the least that the rules and the audit trail need to know of a person. */
export interface Actor {
  id: string
  name: string
  role: Role
}
