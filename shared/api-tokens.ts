import * as z from 'zod/mini'
import { id, name, timestamp } from './fields.ts'

/**
 * What a token is for. `dashboard`: reads every order and every vendor, and changes nothing. `integration`: also places
 * orders for customers, assigns them and changes their status.
 */
export const tokenScopes = ['dashboard', 'integration'] as const
export type TokenScope = (typeof tokenScopes)[number]

/** The token of a program that acts for the business: a dashboard, a wall display, a script, another system. */
export const ApiToken = z.object({
  id,
  name: z.string(),
  scope: z.enum(tokenScopes),
  /** Whether it reads who ordered, and the contact. */
  contact: z.boolean(),
  createdAt: timestamp,
  expiresAt: z.nullable(timestamp),
  /** To the minute; null for one that was never used. */
  lastUsedAt: z.nullable(timestamp),
})
export type ApiToken = z.infer<typeof ApiToken>

export const ApiTokenList = z.object({ tokens: z.array(ApiToken) })
export type ApiTokenList = z.infer<typeof ApiTokenList>

/** The response to a new token. No other response holds the secret, which is the Bearer token and the MQTT password. */
export const NewApiToken = z.object({ token: ApiToken, secret: z.string() })
export type NewApiToken = z.infer<typeof NewApiToken>

/** `contact`: true unless it is false, which only a dashboard may have. `expiresAt`: never, unless it is given. */
export const CreateApiToken = z.strictObject({
  name: name(60),
  scope: z.enum(tokenScopes),
  contact: z.optional(z.boolean()),
  expiresAt: z.optional(z.nullable(timestamp)),
})
export type CreateApiToken = z.infer<typeof CreateApiToken>
