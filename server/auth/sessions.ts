import { createHash, randomBytes } from 'node:crypto'
import type { Actor } from '#shared/actors.ts'
import type { SignedIn } from '#shared/users.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import { newId } from '../lib/ids.ts'
import { DomainError } from '../lib/errors.ts'
import { presentUser } from '../services/presenters.ts'
import type { Store, UserRecord } from '../storage/store.ts'
import type { Tokens } from './tokens.ts'

/**
 * Who is asking, as every rule sees them: a person in a session, or a device of a vendor (then the vendor, with
 * `deviceId`). `expiresAt`: when their token ends, in milliseconds since the epoch; a device's ends when it is revoked.
 */
export interface Identity extends Actor {
  sessionId: string | null
  deviceId: string | null
  expiresAt: number
}

/** `refreshToken` goes into a cookie, the rest into the body. */
export interface OpenedSession {
  sessionId: string
  signedIn: SignedIn
  refreshToken: string
}

/** Whose connections must close: one session's, one device's, or all of a user's. */
export type Ended = { sessionId: string } | { deviceId: string } | { userId: string }

const refreshDays = 30
export const refreshLifetime = refreshDays * 24 * 60 * 60 * 1000

export type Sessions = ReturnType<typeof createSessions>

/**
 * A session is a family of refresh tokens of which only the newest is good. A token is `<session id>.<secret>`; the
 * store keeps the secret's hash. An older secret means that somebody has a copy: the whole family ends (RFC 9700, 4.14.2).
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
  const listeners: ((ended: Ended) => void)[] = []
  /**
   * Under way, by session and user: many tabs come back at one moment, and one answer is as good for all of them.
   * No Map, for the reason in under-way.ts.
   */
  let lookups: Record<string, Promise<UserRecord | null>> = {}
  const lookAnew = () => void (lookups = {})
  function tell(ended: Ended) {
    lookAnew()
    listeners.forEach((listener) => listener(ended))
  }

  const newSecret = () => randomBytes(32).toString('base64url')
  const hashed = (secret: string) => createHash('sha256').update(secret).digest('base64url')
  const expiry = () => isoTime(clock.now() + refreshLifetime)
  const ended = () => new DomainError('session_ended', 'This session has ended. Sign in again.')

  function opened(user: UserRecord, sessionId: string, secret: string): OpenedSession {
    const accessToken = tokens.sign({ userId: user.id, sessionId, role: user.role })
    return {
      sessionId,
      signedIn: { user: presentUser(user), accessToken, expiresIn: tokens.ttl },
      refreshToken: `${sessionId}.${secret}`,
    }
  }

  async function end(sessionId: string) {
    await store.sessions.end(sessionId)
    tell({ sessionId })
  }

  /** The session this refresh token belongs to, or null; its secret may still be an old one. */
  async function find(refreshToken: string) {
    const [id = '', secret = ''] = refreshToken.split('.')
    const session = await store.sessions.byId(id)
    if (!session || session.expiresAt <= isoTime(clock.now())) return null
    return { session, current: session.secretHash === hashed(secret) }
  }

  function lookUp(userId: string, sessionId: string) {
    const key = `${sessionId} ${userId}`
    const underWay = lookups[key]
    if (underWay) return underWay
    const lookup = store.users.inSession(userId, sessionId).finally(() => {
      // One that was forgotten meanwhile may have been asked anew.
      if (lookups[key] === lookup) delete lookups[key]
    })
    lookups[key] = lookup
    return lookup
  }

  return {
    async open(user: UserRecord): Promise<OpenedSession> {
      const [id, secret, now] = [newId(), newSecret(), isoTime(clock.now())]
      await store.sessions.create({
        id,
        userId: user.id,
        secretHash: hashed(secret),
        createdAt: now,
        expiresAt: expiry(),
      })
      return opened(user, id, secret)
    },

    /** Trades a refresh token for the next one. An old one ends its whole family. Throws session_ended. */
    async refresh(refreshToken: string): Promise<OpenedSession> {
      const found = await find(refreshToken)
      if (!found) throw ended()
      const { session } = found
      const secret = newSecret()
      // The conditional write decides between two uses of one token; the loser is a reuse like any other.
      const rotated =
        found.current && (await store.sessions.rotate(session.id, session.secretHash, hashed(secret), expiry()))
      const user = rotated ? await store.users.byId(session.userId) : null
      if (!user?.active) {
        await end(session.id)
        throw ended()
      }
      return opened(user, session.id, secret)
    },

    /** Who bears this access token. Asks the store, so a session or user that has ended is refused at once. Throws unauthenticated. */
    async identify(accessToken: string): Promise<Identity> {
      const claims = tokens.verify(accessToken)
      const user = await lookUp(claims.userId, claims.sessionId)
      if (!user?.active || user.role !== claims.role) {
        throw new DomainError('unauthenticated', 'This session has ended. Sign in again.')
      }
      const { id, name, role } = user
      return { id, name, role, sessionId: claims.sessionId, deviceId: null, expiresAt: claims.expiresAt }
    },

    end,

    /** Something has ended on another node: from here on nobody is let in by an answer that was asked for before. */
    lookAnew,

    /** Ends the session of a refresh token, if it has one. */
    async endByRefreshToken(refreshToken: string) {
      const found = await find(refreshToken)
      if (found) await end(found.session.id)
    },

    async endAllOf(userId: string) {
      await store.sessions.endAllOf(userId)
      tell({ userId })
    },

    /** Calls `listener` whenever sessions end. */
    onEnded: (listener: (ended: Ended) => void) => void listeners.push(listener),
  }
}
