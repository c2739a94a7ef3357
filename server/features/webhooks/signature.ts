import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { WebhookSecret } from './webhook-records.ts'

/** Standard Webhooks asks for 24 to 64 random bytes. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

/** Removes secrets from a line of the log. */
export const redactSecrets = (line: string): string => line.replace(/whsec_[A-Za-z0-9+/=]+/g, 'whsec_[Redacted]')

/** The secrets that sign at this time. */
export const secretsAt = (secrets: readonly WebhookSecret[], now: string): WebhookSecret[] =>
  secrets.filter(({ until }) => until === null || until > now)

/** The headers of Standard Webhooks: one signature for each secret. */
export const signedHeaders = (id: string, body: string, at: Date, secrets: readonly WebhookSecret[]) => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
  'webhook-signature': secrets.map(({ secret }) => new Webhook(secret).sign(id, at, body)).join(' '),
})
