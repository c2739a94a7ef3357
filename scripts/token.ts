import { parseArgs } from 'node:util'
import { normalEmail } from '#shared/email.ts'
import { createSessions } from '../server/auth/sessions.ts'
import { createTokens, readOrCreateSecret } from '../server/auth/tokens.ts'
import { systemClock } from '../server/lib/clock.ts'
import { withStore } from './lib/store.ts'

// npm run -s token -- --email admin@example.com [--hours 12]
// Prints an access token, for use as bearer token or MQTT password. It belongs to a normal session, which ends when its
// user is deactivated.

await withStore(async (store, config) => {
  const { values } = parseArgs({ options: { email: { type: 'string' }, hours: { type: 'string' } } })
  if (!values.email) throw new Error('Set --email, for example --email admin@example.com')
  const hours = Number(values.hours ?? config.accessTokenTtl / 3600)
  if (!(hours > 0 && hours <= 24 * 365)) throw new Error('--hours: a number between 0 and 8760')
  const user = await store.users.byEmail(normalEmail(values.email))
  if (!user?.active)
    throw new Error(`There is no active user ${values.email}. Start the server once, or npm run create-admin.`)
  const tokens = createTokens({
    secret: config.jwtSecret ?? readOrCreateSecret(config.dataDir),
    ttl: Math.round(hours * 3600),
    clock: systemClock,
  })
  const { signedIn } = await createSessions({ store, tokens, clock: systemClock }).open(user)
  console.log(signedIn.accessToken)
})
