import { createHash, randomBytes } from 'node:crypto'
import { equalInConstantTime } from './constant-time.ts'

export type SecretTokens = ReturnType<typeof createSecretTokens>

/**
 * Tokens of the form `<prefix>_<id>.<secret>` that are valid until they are revoked; the store holds the secret's hash.
 * They are opaque and short: PubSubClient has 256 bytes for the whole CONNECT, too few for a JWT. An access token never
 * starts with such a prefix (RFC 7519: it starts with `eyJ`).
 */
export function createSecretTokens(prefix: string) {
  const format = new RegExp(`^${prefix}_([A-Za-z0-9_-]{1,64})\\.([A-Za-z0-9_-]{43})$`)
  const anywhere = new RegExp(`${prefix}_([A-Za-z0-9_-]{1,64})\\.[A-Za-z0-9_-]{43}`, 'g')

  return {
    /** A new token of this id. The token is returned only here. `secret`: 32 bytes in base64url; random ones without it. */
    create(id: string, secret = randomBytes(32).toString('base64url')): { token: string; secretHash: string } {
      return { token: `${prefix}_${id}.${secret}`, secretHash: hashed(secret) }
    },

    matches: (token: string): boolean => token.startsWith(`${prefix}_`),

    /** The record of this token that `byId` finds, or null. */
    async find<Found extends { secretHash: string }>(
      token: string,
      byId: (id: string) => Promise<Found | null>,
    ): Promise<Found | null> {
      const [, id, secret] = format.exec(token) ?? []
      const found = id ? await byId(id) : null
      return found && secret && equalInConstantTime(found.secretHash, hashed(secret)) ? found : null
    },

    /** Replaces the secret of each token in the text; the id stays. */
    redact: (text: string): string => text.replace(anywhere, `${prefix}_$1.[Redacted]`),
  }
}

const hashed = (secret: string) => createHash('sha256').update(secret).digest('base64url')
