import type { Identity } from './sessions.ts'

/** Bearer tokens of one form: access tokens, device tokens … */
export interface TokenKind {
  /** Whether the text has the form of such a token. */
  matches(token: string): boolean
  /** Throws unauthenticated. */
  identify(token: string): Promise<Identity>
  /** Whether the identity is of a token of this kind. */
  issued(identity: Identity): boolean
  /** Whether a token of this kind, issued to this identity, is still valid. */
  isValid(identity: Identity): Promise<boolean>
}

/** Returns a function that identifies the bearer of a token of any kind. `accessTokens` takes what no other kind matches. */
export function createIdentify(accessTokens: Pick<TokenKind, 'identify'>, kinds: readonly TokenKind[]) {
  return (token: string): Promise<Identity> => {
    const kind = kinds.find(({ matches }) => matches(token)) ?? accessTokens
    return kind.identify(token)
  }
}
