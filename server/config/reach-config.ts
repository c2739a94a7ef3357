import type { Role } from '#shared/actors.ts'
import { z } from '../lib/zod.ts'
import { atLeastOne } from './limit.ts'
import { duration } from './duration.ts'

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
  SMS_URL: z.optional(webUrl('Not a URL (https://…)')),
  SMS_BODY: z.optional(z.string()),
  SMS_AUTHORIZATION: z.optional(z.string()),
  SMS_PER_DAY: atLeastOne(200),
  REQUIRE_SECOND_FACTOR: z._default(z.enum(['none', 'admin', 'staff'], 'One of none, admin, staff'), 'none'),
  KEEP_AUDIT: z.optional(duration),
  WEBHOOKS_ALLOW_PRIVATE: z.optional(
    z.pipe(
      z.enum(['true', 'false'], 'Either true or false'),
      z.transform((value) => value === 'true'),
    ),
  ),
  REQUIRE_VERIFIED_EMAIL: z.optional(
    z.pipe(
      z.enum(['true', 'false'], 'Either true or false'),
      z.transform((value) => value === 'true'),
    ),
  ),
  PUSH_ON_DUTY_FOR: z._default(z.pipe(duration, z.number().check(z.maximum(7 * 86_400, 'At most 7d'))), 12 * 3600),
  REGISTRATION: z._default(z.enum(registrations, 'Either open, invite or closed'), 'open'),
}

/** A service that takes a text message for a phone by one request. */
export interface SmsConfig {
  /** `{phone}` and `{text}` stand for the values, percent-encoded. */
  readonly url: string
  /** The same in the body of a POST, as JSON or form fields. null: a GET. */
  readonly body: string | null
  /** The header of that name. */
  readonly authorization: string | null
  readonly perDay: number
}
const secondFactorRoles = { none: [], admin: ['admin'], staff: ['admin', 'vendor'] } as const

const Reach = z.object(reachKeys)

export interface ReachConfig {
  /** Where browsers reach the server, with BASE_PATH, without a slash at the end. null: at the address it listens on. */
  readonly publicUrl: string | null
  /** null: no e-mail is sent. */
  readonly smtpUrl: string | null
  readonly mailFrom: string | null
  /** null: no text message is sent. */
  readonly sms: SmsConfig | null
  /** Whose sessions are limited until they have a second factor. */
  readonly requireSecondFactor: readonly Role[]
  /** How long entries of the audit log are kept, in seconds. null: for ever. */
  readonly keepAudit: number | null
  /** Who may become a customer: anyone, those whom an admin invites, or no one. */
  readonly registration: (typeof registrations)[number]
  /** Whether customers confirm their e-mail address before they order. */
  readonly requireVerifiedEmail: boolean
  /** Whether webhooks may call private and loopback addresses. */
  readonly webhooksAllowPrivate: boolean
  /** For how many seconds a vendor whom push reaches stays on duty after the page is closed. */
  readonly pushOnDutyFor: number
}

/** Problems of combinations, each starting with the key. `raw`: the values as they are set. */
export const reachProblems = (raw: Readonly<Record<string, string | undefined>>): string[] => [
  ...requiredWith('SMTP_URL', ['MAIL_FROM', 'PUBLIC_URL'], raw),
  ...(raw.REQUIRE_VERIFIED_EMAIL === 'true' && !raw.SMTP_URL
    ? ['SMTP_URL: Required with REQUIRE_VERIFIED_EMAIL, because a link in an e-mail confirms the address']
    : []),
  ...requiredWith('SMS_URL', ['PUBLIC_URL'], raw),
  ...(raw.SMS_URL && !['{phone}', '{text}'].every((value) => `${raw.SMS_URL} ${raw.SMS_BODY}`.includes(value))
    ? ['SMS_URL: {phone} and {text} must be in it or in SMS_BODY']
    : []),
]

const requiredWith = (
  present: string,
  required: readonly string[],
  raw: Readonly<Record<string, string | undefined>>,
) => (raw[present] ? required.filter((key) => !raw[key]).map((key) => `${key}: Required with ${present}`) : [])

/** `values` may contain other settings. */
export function readReach(values: z.infer<typeof Reach>, basePath: string): ReachConfig {
  const { PUBLIC_URL: publicUrl = null } = values
  return Object.freeze({
    publicUrl: publicUrl === null || publicUrl.endsWith(basePath) ? publicUrl : publicUrl + basePath,
    smtpUrl: values.SMTP_URL ?? null,
    mailFrom: values.MAIL_FROM ?? null,
    sms:
      values.SMS_URL === undefined
        ? null
        : Object.freeze({
            url: values.SMS_URL,
            body: values.SMS_BODY ?? null,
            authorization: values.SMS_AUTHORIZATION ?? null,
            perDay: values.SMS_PER_DAY,
          }),
    requireSecondFactor: secondFactorRoles[values.REQUIRE_SECOND_FACTOR],
    keepAudit: values.KEEP_AUDIT ?? null,
    registration: values.REGISTRATION ?? 'open',
    requireVerifiedEmail: values.REQUIRE_VERIFIED_EMAIL ?? false,
    webhooksAllowPrivate: values.WEBHOOKS_ALLOW_PRIVATE ?? false,
    pushOnDutyFor: values.PUSH_ON_DUTY_FOR,
  })
}
