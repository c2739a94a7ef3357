import * as z from 'zod/mini'
import { roles } from './actors.ts'
import { email } from './email.ts'
import { currentPassword, id, name as nameOf, password, timestamp } from './fields.ts'

export const User = z.object({
  id,
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
  active: z.boolean(),
  createdAt: timestamp,
  /** Of a vendor who has some: what the vendor can do, and the ids of the areas where. Without areas: anywhere. */
  skills: z.optional(z.array(z.string())),
  areas: z.optional(z.array(id)),
})
export type User = z.infer<typeof User>

/** The response to GET /auth/me. */
export const Me = z.object({ user: User })

export const UserList = z.object({ users: z.array(User) })

/** Whether this user can be given work. */
export const isActiveVendor = <Given extends Pick<User, 'role' | 'active'>>(user: Given | null): user is Given =>
  user?.role === 'vendor' && user.active

const name = nameOf(100)

export const Register = z.strictObject({ name, email, password })
export type Register = z.infer<typeof Register>

/** No minimum length: a password that is too short is answered as a wrong one. Before NFC a password may be longer. */
export const Login = z.strictObject({ email, password: currentPassword })
export type Login = z.infer<typeof Login>

/** The response to register, login and refresh. `expiresIn`: seconds until the access token expires. */
export const SignedIn = z.object({ user: User, accessToken: z.string(), expiresIn: z.number() })
export type SignedIn = z.infer<typeof SignedIn>

/** Admins create vendors and admins; customers register themselves. */
export const CreateUser = z.strictObject({ name, email, password, role: z.enum(['vendor', 'admin']) })
export type CreateUser = z.infer<typeof CreateUser>

/** What becomes of the open jobs of a vendor who is deactivated: pending again, or assigned to another vendor. */
export const OpenJobs = z.union([z.literal('release'), z.strictObject({ reassignTo: id })])
export type OpenJobs = z.infer<typeof OpenJobs>

export const UserQuery = z.strictObject({ role: z.optional(z.enum(roles)) })
export type UserQuery = z.infer<typeof UserQuery>
