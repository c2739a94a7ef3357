import { parseArgs } from 'node:util'
import { CreateApiToken } from '#shared/api-tokens.ts'
import { normalEmail } from '#shared/email.ts'
import { createSessions } from '../server/auth/sessions.ts'
import { createTokens, readOrCreateSecret } from '../server/auth/tokens.ts'
import type { Config } from '../server/config/config.ts'
import { createTokenStore } from '../server/features/tokens/token-records.ts'
import { createTokensService } from '../server/features/tokens/tokens.service.ts'
import { systemClock } from '../server/lib/clock.ts'
import { commandLine } from '../server/lib/command-line.ts'
import { fieldErrors } from '../server/lib/zod.ts'
import type { Store } from '../server/storage/store.ts'
import { withStore } from './lib/store.ts'

// Prints a token, for use as bearer token or MQTT password:
//   npm run -s token -- --email admin@example.com [--hours 12]
// of a user: it belongs to a normal session, which ends when its user is deactivated;
//   npm run -s token -- --scope dashboard --name "Wall display" [--without-contact] [--days 90]
// of a program: it is valid until it is revoked (page "Tokens", DELETE /api/tokens/:id), or for a number of days.

const options = {
  email: { type: 'string' },
  hours: { type: 'string' },
  scope: { type: 'string' },
  name: { type: 'string' },
  days: { type: 'string' },
  'without-contact': { type: 'boolean' },
} as const

await withStore(async (store, config) => {
  const { values } = parseArgs({ options })
  if (values.scope) console.log(await apiToken(store, values))
  else if (values.email) console.log(await accessToken(store, config, values.email, values.hours))
  else throw new Error('Set --email, for example --email admin@example.com, or --scope dashboard --name "Wall display"')
})

async function apiToken(
  store: Store,
  given: { scope?: string; name?: string; days?: string; 'without-contact'?: boolean },
): Promise<string> {
  const { scope, name, days } = given
  if (!name) throw new Error('Set --name, for example --name "Wall display"')
  if (days !== undefined && !(Number(days) > 0 && Number(days) <= 3650))
    throw new Error('--days: a number between 0 and 3650')
  const expiresAt = days === undefined ? null : new Date(Date.now() + Number(days) * 24 * 3_600_000).toISOString()
  const input = CreateApiToken.safeParse({ scope, name, contact: !given['without-contact'], expiresAt })
  if (!input.success) {
    throw new Error(
      fieldErrors(input.error.issues)
        .map(({ path, message }) => `--${path}: ${message}`)
        .join('\n'),
    )
  }
  // A new token concerns no connection.
  const events = { emit: () => {} }
  const tokens = createTokensService({ tokens: createTokenStore(store), events, clock: systemClock })
  return (await tokens.create(input.data)).secret
}

async function accessToken(store: Store, config: Config, email: string, asked: string | undefined): Promise<string> {
  const hours = Number(asked ?? config.accessTokenTtl / 3600)
  if (!(hours > 0 && hours <= 24 * 365)) throw new Error('--hours: a number between 0 and 8760')
  const user = await store.users.byEmail(normalEmail(email))
  if (!user?.active)
    throw new Error(`There is no active user ${email}. Start the server once, or ${commandLine('create-admin')}.`)
  const tokens = createTokens({
    secret: config.jwtSecret ?? readOrCreateSecret(config.dataDir),
    ttl: Math.round(hours * 3600),
    clock: systemClock,
  })
  const { signedIn } = await createSessions({ store, tokens, clock: systemClock }).open(user)
  return signedIn.accessToken
}
