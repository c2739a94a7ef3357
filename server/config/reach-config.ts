import { z } from '../lib/zod.ts'

const webUrl = (error: string) => z.url({ protocol: /^https?$/, error })

export const registrations = ['open', 'invite', 'closed'] as const

/** How the server reaches people who are not looking: links, e-mail, webhooks. */
export const reachKeys = {
  PUBLIC_URL: z.optional(
    z.pipe(
      webUrl('Not a URL (https://…)'),
      z.transform((value) => value.replace(/\/+$/, '')),
    ),
  ),
  SMTP_URL: z.optional(z.url({ protocol: /^smtps?$/, error: 'Not a URL (smtp://user:password@host:587, smtps://…)' })),
  MAIL_FROM: z.optional(
    z
      .string()
      .check(z.regex(/^([^<>]+ )?<?[^\s<>@]+@[^\s<>@]+>?$/, 'An address, such as Callout <orders@example.com>')),
  ),
  WEBHOOKS_ALLOW_PRIVATE: z.optional(
    z.pipe(
      z.enum(['true', 'false'], 'Either true or false'),
      z.transform((value) => value === 'true'),
    ),
  ),
  REGISTRATION: z._default(z.enum(registrations, 'Either open, invite or closed'), 'open'),
}

const Reach = z.object(reachKeys)

export interface ReachConfig {
  /** Where browsers reach the server, without a slash at the end. null: at the address it listens on. */
  readonly publicUrl: string | null
  /** null: no e-mail is sent. */
  readonly smtpUrl: string | null
  readonly mailFrom: string | null
  /** Who may become a customer: anyone, those whom an admin invites, or no one. */
  readonly registration: (typeof registrations)[number]
  /** Whether webhooks may call private and loopback addresses. */
  readonly webhooksAllowPrivate: boolean
}

/** Problems of combinations, each starting with the key. `raw`: the values as they are set. */
export const reachProblems = (raw: Readonly<Record<string, string | undefined>>): string[] =>
  raw.SMTP_URL
    ? ['MAIL_FROM', 'PUBLIC_URL'].filter((key) => !raw[key]).map((key) => `${key}: Required with SMTP_URL`)
    : []

/** `values` may contain other settings. */
export function readReach(values: z.infer<typeof Reach>): ReachConfig {
  return Object.freeze({
    publicUrl: values.PUBLIC_URL ?? null,
    smtpUrl: values.SMTP_URL ?? null,
    mailFrom: values.MAIL_FROM ?? null,
    registration: values.REGISTRATION ?? 'open',
    webhooksAllowPrivate: values.WEBHOOKS_ALLOW_PRIVATE ?? false,
  })
}
