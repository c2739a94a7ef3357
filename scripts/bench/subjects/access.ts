import { randomBytes } from 'node:crypto'
import type { Role } from '#shared/actors.ts'
import { createTokens } from '../../../server/auth/tokens.ts'
import { systemClock } from '../../../server/lib/clock.ts'

/** The product's tokens, valid for longer than any measure takes. */
export const benchTokens = () =>
  createTokens({ secret: randomBytes(32).toString('hex'), ttl: 3_600, clock: systemClock })

/** The product's token verification, for subjects without their own, and a valid token. */
export function createAccess({ role = 'admin' }: { role?: Role } = {}) {
  const tokens = benchTokens()
  return {
    token: tokens.sign({ userId: 'bench', sessionId: 'bench', role }),
    verify: (token: unknown) => tokens.verify(String(token)),
  }
}
