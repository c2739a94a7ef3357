import type { UserRecord } from '../storage/store.ts'
import type { Identity } from './sessions.ts'

/** Rejects when this account has to do something else before it gets a session. */
export type SignInCheck = (account: UserRecord) => Promise<void>

/** Rejects when this person may only use the routes for limited sessions. */
export type AccessCheck = (identity: Identity) => Promise<void>

/** Rejects when this customer has to do something before placing an order. */
export type OrderCheck = (customer: Identity) => Promise<void>

type Identify = (token: string) => Promise<Identity>

/** `identify`, and every check has passed. */
export function withAccessChecks(identify: Identify, checks: readonly AccessCheck[]): Identify {
  if (checks.length === 0) return identify
  return async (token) => {
    const identity = await identify(token)
    for (const check of checks) await check(identity)
    return identity
  }
}
