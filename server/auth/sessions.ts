import { createHash, randomBytes } from 'node:crypto'
import type { Session } from '#shared/accounts.ts'
import type { Actor } from '#shared/actors.ts'
import type { TokenScope } from '#shared/api-tokens.ts'
import type { SignedIn } from '#shared/users.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import { newId } from '../lib/ids.ts'
import { DomainError } from '../lib/errors.ts'
import { presentUser } from '../services/presenters.ts'
import type { SessionRecord, Store, UserRecord } from '../storage/store.ts'
import type { Tokens } from './tokens.ts'
import { readUserAgent } from '../lib/user-agent.ts'

/**
 * The authenticated caller: a user in a session; a device, which acts as its vendor and has a `deviceId`; a program
 * with an API token, which acts in its own name and has a `scope`; or the holder of a tracking link, who acts as the
 * customer of its order. `expiresAt`: when the token expires, in milliseconds
 * since the epoch; Infinity for one that is valid until revoked.
 */
export interface Identity extends Actor {
  sessionId: string | null
  deviceId: string | null
  scope: TokenScope | null
  expiresAt: number
}

/** `refreshToken` is sent as a cookie, `signedIn` as the body. */
export interface OpenedSession {
  sessionId: string
  signedIn: SignedIn
  refreshToken: string
}

/**
 * A session, a device, all sessions of a user or the link to an order that have ended; their connections have to close.
 * `trackedOrder` null: what holders of links may do has changed, so all of theirs.
 */
export type Revocation =
  { sessionId: string } | { deviceId: string } | { userId: string } | { trackedOrder: string | null }

const refreshDays = 30
export const refreshLifetime = refreshDays * 24 * 60 * 60 * 1000

const longestUserAgent = 300

/** How long the previous refresh token is still answered after a rotation, in ms. */
const grace = 60_000

export type Sessions = ReturnType<typeof createSessions>

/**
 * A session is a family of refresh tokens. A token is `<session id>.<secret>`; the store holds the hashes of the newest
 * secret and the one before it.
 *
 * For a minute after a rotation both get the same answer, the newest token: a browser whose answer was lost repeats the
 * previous one, and several tabs send it at once. In that minute no further rotation happens, so every answer that is
 * still on its way carries the newest token, and the order in which a browser stores the cookies does not matter. Later,
 * use of an older secret means that the token was copied: the session ends (RFC 9700, 4.14.2).
 *
 * The successor's secret is derived from the previous one, so that the token can be sent again although only hashes are
 * stored, by any node: all have the same key.
 */
export function createSessions({
  store,
  tokens,
  clock,
}: {
  store: Pick<Store, 'sessions' | 'users'>
  tokens: Tokens
  clock: Clock
}) {
  const listeners: ((revocation: Revocation) => void)[] = []
  /**
   * Lookups in flight by session and user: tabs of one session that reconnect together share one query.
   * A plain object, for the reason given in lib/in-flight-table.ts.
   */
  let lookups: Record<string, Promise<UserRecord | null>> = {}
  const invalidateLookups = () => void (lookups = {})
  function notify(revocation: Revocation) {
    invalidateLookups()
    listeners.forEach((listener) => listener(revocation))
  }

  const newSecret = () => randomBytes(32).toString('base64url')
  const hashOf = (secret: string) => createHash('sha256').update(secret).digest('base64url')
  const expiry = () => isoTime(clock.now() + refreshLifetime)
  const sessionEnded = () => new DomainError('session_ended', 'This session has ended. Sign in again.')

  function openedSession(user: UserRecord, sessionId: string, secret: string): OpenedSession {
    const accessToken = tokens.sign({ userId: user.id, sessionId, role: user.role })
    return {
      sessionId,
      signedIn: { user: presentUser(user), accessToken, expiresIn: tokens.ttl },
      refreshToken: `${sessionId}.${secret}`,
    }
  }

  async function end(sessionId: string) {
    await store.sessions.end(sessionId)
    notify({ sessionId })
  }

  /** Returns the session of this refresh token, or null. */
  async function find(refreshToken: string) {
    const [id = '', secret = ''] = refreshToken.split('.')
    const session = await store.sessions.byId(id)
    return session && session.expiresAt > isoTime(clock.now()) ? { session, secret } : null
  }

  // The difference may be negative: the clock of another node, or one that was set back.
  const rotatedLately = ({ rotatedAt }: SessionRecord) =>
    rotatedAt !== null && Math.abs(clock.now() - Date.parse(rotatedAt)) < grace

  /** The secret of the newest token, after a rotation if one is due. null: `secret` may not be used any more. */
  async function newestSecret(session: SessionRecord, secret: string): Promise<string | null> {
    const hash = hashOf(secret)
    if (hash === session.secretHash) {
      if (rotatedLately(session)) return secret
      const [successor, times] = [tokens.successorOf(secret), { rotatedAt: isoTime(clock.now()), expiresAt: expiry() }]
      if (await store.sessions.rotate(session.id, hash, hashOf(successor), times)) return successor
      // A concurrent use of the token has rotated it, or the session has ended.
      const now = await store.sessions.byId(session.id)
      return now && newestSecret(now, secret)
    }
    if (hash !== session.previousHash || !rotatedLately(session)) return null
    const successor = tokens.successorOf(secret)
    return hashOf(successor) === session.secretHash ? successor : null
  }

  function lookUp(userId: string, sessionId: string) {
    const key = `${sessionId} ${userId}`
    const inFlight = lookups[key]
    if (inFlight) return inFlight
    const lookup = store.users.inSession(userId, sessionId).finally(() => {
      // After an invalidation the entry may belong to a newer lookup.
      if (lookups[key] === lookup) delete lookups[key]
    })
    lookups[key] = lookup
    return lookup
  }

  return {
    /** `userAgent`: of the browser that signs in. */
    async open(user: UserRecord, userAgent: string | null = null): Promise<OpenedSession> {
      const [id, secret, now] = [newId(), newSecret(), isoTime(clock.now())]
      await store.sessions.create({
        id,
        userId: user.id,
        secretHash: hashOf(secret),
        previousHash: null,
        rotatedAt: null,
        createdAt: now,
        expiresAt: expiry(),
        userAgent: userAgent?.slice(0, longestUserAgent) ?? null,
      })
      return openedSession(user, id, secret)
    },

    /** Exchanges a refresh token for the newest one. An old one ends the session. Throws session_ended. */
    async refresh(refreshToken: string): Promise<OpenedSession> {
      const found = await find(refreshToken)
      if (!found) throw sessionEnded()
      const { session } = found
      const secret = await newestSecret(session, found.secret)
      const user = secret === null ? null : await store.users.byId(session.userId)
      if (secret === null || !user?.active) {
        await end(session.id)
        throw sessionEnded()
      }
      return openedSession(user, session.id, secret)
    },

    /** Reads the store each time, so an ended session or an inactive user is refused at once. Throws unauthenticated. */
    async identify(accessToken: string): Promise<Identity> {
      const claims = tokens.verify(accessToken)
      const user = await lookUp(claims.userId, claims.sessionId)
      if (!user?.active || user.role !== claims.role) {
        throw new DomainError('unauthenticated', 'This session has ended. Sign in again.')
      }
      const { id, name, role } = user
      return { id, name, role, sessionId: claims.sessionId, deviceId: null, scope: null, expiresAt: claims.expiresAt }
    },

    end,

    /** To be called after a revocation on another node: lookups in flight are then not shared any more. */
    invalidateLookups,

    /** Does nothing for an invalid refresh token. */
    async endByRefreshToken(refreshToken: string) {
      const found = await find(refreshToken)
      if (found) await end(found.session.id)
    },

    /** The caller's sessions that have not expired, the last used first. */
    async listOf({ id: userId, sessionId: own }: Pick<Identity, 'id' | 'sessionId'>): Promise<Session[]> {
      const now = isoTime(clock.now())
      return (await store.sessions.listOf(userId))
        .filter(({ expiresAt }) => expiresAt > now)
        .map(({ id, createdAt, rotatedAt, userAgent }) => {
          return { id, ...readUserAgent(userAgent), createdAt, lastUsedAt: rotatedAt ?? createdAt, current: id === own }
        })
        .sort((a, b) => b.lastUsedAt.localeCompare(a.lastUsedAt))
    },

    /** To be called after a new password is stored: a sign-in with the old one that is still open ends itself. */
    async endOthers(userId: string, sessionId: string | null) {
      for (const { id } of await store.sessions.listOf(userId)) if (id !== sessionId) await end(id)
    },

    async endAllOf(userId: string) {
      await store.sessions.endAllOf(userId)
      notify({ userId })
    },

    /** Calls `listener` when sessions end. */
    onEnded: (listener: (revocation: Revocation) => void) => void listeners.push(listener),
  }
}
