import type { Store } from '../storage/store.ts'
import type { TokenKind } from './identify.ts'
import type { Identity } from './sessions.ts'

export interface RevalidateDependencies {
  store: Pick<Store, 'users'>
  kinds: readonly Pick<TokenKind, 'issued' | 'isValid'>[]
}

/** Whether the user is still active and the session, or the token of another kind, is still valid. Queries the store. */
export function createRevalidate({ store, kinds }: RevalidateDependencies) {
  return async (identity: Identity): Promise<boolean> => {
    const kind = kinds.find(({ issued }) => issued(identity))
    if (kind) return kind.isValid(identity)
    const { id, role, sessionId } = identity
    if (sessionId === null) return false
    const user = await store.users.inSession(id, sessionId)
    return user?.active === true && user.role === role
  }
}
