import { randomBytes } from 'node:crypto'
import { createTokens } from '../../../server/auth/tokens.ts'
import { systemClock } from '../../../server/clock.ts'

/** Our own check of a token, with its one key object, for those who have none; and a token that passes. */
export function createAccess() {
  const tokens = createTokens({ secret: randomBytes(32).toString('hex'), ttl: 3_600, clock: systemClock })
  return {
    token: tokens.sign({ userId: 'bench', sessionId: 'bench', role: 'admin' }),
    verify: (token: unknown) => tokens.verify(String(token)),
  }
}
