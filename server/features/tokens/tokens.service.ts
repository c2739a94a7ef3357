import type { ApiToken, CreateApiToken, NewApiToken } from '#shared/api-tokens.ts'
import { createSecretTokens } from '../../lib/secret-token.ts'
import type { Identity } from '../../auth/sessions.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import type { EventBus } from '../../services/domain-events.ts'
import type { TokenRecord, TokenStore } from './token-records.ts'

export interface TokensDependencies {
  tokens: TokenStore
  events: Pick<EventBus, 'emit'>
  clock: Clock
}

export type TokensService = ReturnType<typeof createTokensService>

export const apiSecrets = createSecretTokens('tok')

/** A program that asks every second is not a write every second. */
const usedEvery = 60_000

/** Tokens of programs that act for the business, `tok_<id>.<secret>`. They belong to no user and outlive their maker. */
export function createTokensService({ tokens, events, clock }: TokensDependencies) {
  const now = () => isoTime(clock.now())
  const isOver = ({ expiresAt }: TokenRecord) => expiresAt !== null && expiresAt <= now()

  async function noteUse({ id, lastUsedAt }: TokenRecord): Promise<void> {
    if (lastUsedAt === null || Date.parse(lastUsedAt) + usedEvery <= clock.now()) await tokens.used(id, now())
  }

  return {
    /** The secret is in this result only. Throws invalid_request. */
    async create({ name, scope, contact = true, expiresAt = null }: CreateApiToken): Promise<NewApiToken> {
      if (!contact && scope !== 'dashboard') refuse('contact', 'Only a dashboard can do without contact details')
      const expiry = expiresAt && isoTime(Date.parse(expiresAt))
      if (expiry && expiry <= now()) refuse('expiresAt', 'The time must lie in the future')
      const id = newId()
      const { token: secret, secretHash } = apiSecrets.create(id)
      const record = { id, name, scope, contact, createdAt: now(), expiresAt: expiry, lastUsedAt: null, secretHash }
      await tokens.create(record)
      return { token: present(record), secret }
    },

    /** Sorted by name. */
    list: async (): Promise<ApiToken[]> => (await tokens.list()).map(present),

    /** Ends its requests and connections on every node. Throws not_found. */
    async revoke(id: string): Promise<void> {
      const removed = await tokens.remove(id)
      // Emitted even when nothing was removed: the response to an earlier removal may have been lost.
      events.emit('access.revoked', { userId: id })
      if (!removed) throw new DomainError('not_found', 'There is no such token.')
    },

    /** Queries the store each time, so that a revoked token is refused at once. Throws unauthenticated. */
    async identify(token: string): Promise<Identity> {
      const record = await apiSecrets.find(token, tokens.byId)
      if (!record) throw new DomainError('unauthenticated', 'The token is wrong or was revoked.')
      if (isOver(record)) throw new DomainError('unauthenticated', `The token expired at ${record.expiresAt}.`)
      await noteUse(record)
      return identityOf(record)
    },

    async isValid(id: string): Promise<boolean> {
      const record = await tokens.byId(id)
      return record !== null && !isOver(record)
    },
  }
}

/** A token acts with the rights of an admin, in its own name and within its scope. */
function identityOf({ id, name, scope, contact, expiresAt }: TokenRecord): Identity {
  return {
    id,
    name,
    role: 'admin',
    ...(scope === 'dashboard' && { reader: contact ? ('with_contact' as const) : ('without_contact' as const) }),
    sessionId: null,
    deviceId: null,
    scope,
    expiresAt: expiresAt === null ? Infinity : Date.parse(expiresAt),
  }
}

/** The wire shape, field by field: a new field of the record stays private until it is named here. */
function present({ id, name, scope, contact, createdAt, expiresAt, lastUsedAt }: TokenRecord): ApiToken {
  return { id, name, scope, contact, createdAt, expiresAt, lastUsedAt }
}

function refuse(path: string, message: string): never {
  throw new DomainError('invalid_request', `${path}: ${message}`, { errors: [{ path, message }] })
}
