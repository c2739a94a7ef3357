import * as z from 'zod/mini'
import { roles } from './actors.ts'
import { email } from './email.ts'
import { address, currentPassword, id, name, opaque, password, phone, text, timestamp } from './fields.ts'
import { languageTag } from './locale.ts'
import { Contact } from './orders.ts'
import { bothCoordinates, latitude, longitude } from './position.ts'
import { User } from './users.ts'

export const ChangePassword = z.strictObject({ current: currentPassword, password })
export type ChangePassword = z.infer<typeof ChangePassword>

/** One sign-in. `browser`, `system`: from its User-Agent, such as Firefox and Windows; null where it names none. */
export const Session = z.object({
  id,
  browser: z.nullable(z.string()),
  system: z.nullable(z.string()),
  createdAt: timestamp,
  /** When its token was last renewed: at most an access token's lifetime before its last request. */
  lastUsedAt: timestamp,
  /** Whether the request came from it. */
  current: z.boolean(),
})
export type Session = z.infer<typeof Session>

/** The last used first. */
export const SessionList = z.object({ sessions: z.array(Session) })
export type SessionList = z.infer<typeof SessionList>

export const ForgotPassword = z.strictObject({ email })

/** The secret part of a link that was sent by e-mail, or handed over by an admin. */
const token = opaque(200)
export const UseLink = z.strictObject({ token })

/** For links of the kinds `reset` and `invitation`. */
export const ResetPassword = z.strictObject({ token, password })
export type ResetPassword = z.infer<typeof ResetPassword>

export const linkKinds = ['reset', 'invitation', 'email', 'verification'] as const
export type LinkKind = (typeof linkKinds)[number]

/** What a link is for: the account's name and e-mail address; of an `email` link, the new address. */
export const LinkDetails = z.object({ kind: z.enum(linkKinds), name: z.string(), email: z.string() })
export type LinkDetails = z.infer<typeof LinkDetails>

/** A link for an admin to hand over. `mailed`: whether it is sent by e-mail as well. */
export const HandedLink = z.object({ url: z.string(), expiresAt: timestamp, mailed: z.boolean() })
export type HandedLink = z.infer<typeof HandedLink>

export const Invite = z.strictObject({ email, name: name(100), role: z.enum(roles) })
export type Invite = z.infer<typeof Invite>

/** An invitation that was not accepted yet. */
export const Invitation = z.object({
  id,
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  createdAt: timestamp,
  expiresAt: timestamp,
})
export type Invitation = z.infer<typeof Invitation>
export const InvitationList = z.object({ invitations: z.array(Invitation) })

/** The response to a new or repeated invitation. */
export const NewInvitation = z.object({ ...HandedLink.shape, invitation: Invitation })
export type NewInvitation = z.infer<typeof NewInvitation>

/** Where a customer orders to. The first of the list is the default. */
export const SavedAddress = z
  .strictObject({
    address,
    area: z.optional(text(1, 100)),
    phone: z.optional(phone),
    lat: z.optional(latitude),
    lng: z.optional(longitude),
  })
  .check(bothCoordinates())
export type SavedAddress = z.infer<typeof SavedAddress>

/** The caller's own account. `language`: of e-mails; null follows the page. `pendingEmail`: the address that waits for its confirmation. */
export const Profile = z.object({
  user: User,
  phone: z.nullable(z.string()),
  language: z.nullable(z.string()),
  addresses: z.array(z.object({ ...z.partial(Contact).shape, address: z.string() })),
  pendingEmail: z.nullable(z.string()),
  /** Whether the server sends e-mail, which a new address needs. */
  canChangeEmail: z.boolean(),
  /** No order before the link in the e-mail is opened (REQUIRE_VERIFIED_EMAIL). */
  mustConfirmEmail: z.boolean(),
})
export type Profile = z.infer<typeof Profile>

/** `email` takes effect once the link that is sent to it is opened; `current`, the password, is required with it. */
export const ChangeProfile = z.strictObject({
  name: z.optional(name(100)),
  phone: z.optional(z.nullable(phone)),
  language: z.optional(z.nullable(languageTag)),
  addresses: z.optional(z.array(SavedAddress).check(z.maxLength(20))),
  email: z.optional(email),
  current: z.optional(currentPassword),
})
export type ChangeProfile = z.infer<typeof ChangeProfile>
