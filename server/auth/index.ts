import type { Clock } from '../lib/clock.ts'
import { createHourlySweep } from '../lib/hourly-sweep.ts'
import type { Log } from '../lib/log.ts'
import type { EventBus } from '../services/domain-events.ts'
import type { Store } from '../storage/store.ts'
import { createKnownBrowsers } from './known-browsers.ts'
import { createSessions } from './sessions.ts'
import { createTokens, deriveKey, readOrCreateSecret } from './tokens.ts'

export interface AuthDependencies {
  /** `jwtSecret`: null for one that is generated and stored in `dataDir`. `accessTokenTtl`: seconds. */
  config: { jwtSecret: string | null; dataDir: string; accessTokenTtl: number }
  store: Pick<Store, 'sessions' | 'users'>
  events: Pick<EventBus, 'emit'>
  clock: Clock
  log: Log
}

/** Access tokens and sessions. A session that ends is emitted as `access.revoked`. */
export function createAuth({ config, store, events, clock, log }: AuthDependencies) {
  const secret = config.jwtSecret ?? readOrCreateSecret(config.dataDir)
  const tokens = createTokens({ secret, ttl: config.accessTokenTtl, clock })
  const sessions = createSessions({ store, tokens, clock })
  sessions.onEnded((revocation) => events.emit('access.revoked', revocation))
  const knownBrowsers = createKnownBrowsers(deriveKey(secret, 'known browsers'))
  const sessionSweep = createHourlySweep({
    what: 'expired sessions',
    sweep: (now) => store.sessions.sweep(now),
    clock,
    log,
  })
  return { sessions, knownBrowsers, keyFor: (purpose: string) => deriveKey(secret, purpose), sessionSweep }
}
