import { parseArgs } from 'node:util'
import { password as askSecretly, isCancel, text } from '@clack/prompts'
import { CreateUser } from '#shared/users.ts'
import { hashPassword } from '../server/auth/passwords.ts'
import { isoTime, systemClock } from '../server/lib/clock.ts'
import { newId } from '../server/lib/ids.ts'
import { fieldErrors } from '../server/lib/zod.ts'
import { withStore } from './lib/store.ts'

// npm run create-admin | create-vendor [-- --email … --name … --password …]
// Flags first, then the environment, then a question; running it again changes nothing and says so.

await withStore(async (store, { accounts }) => {
  const { values, positionals } = parseArgs({
    options: { email: { type: 'string' }, name: { type: 'string' }, password: { type: 'string' } },
    allowPositionals: true,
  })
  const role = positionals[0] === 'admin' ? 'admin' : 'vendor'
  const known = accounts[role]

  const email = values.email ?? known.email ?? (await ask('E-mail', (message) => text({ message })))
  const taken = await store.users.byEmail(email.trim().toLowerCase())
  if (taken) {
    console.log(`${taken.email} is already there (${taken.role}, ${taken.name}). Nothing was changed.`)
    return
  }
  const password = values.password ?? known.password ?? (await ask('Password', (message) => askSecretly({ message })))
  const name = values.name ?? email.split('@', 1)[0]

  const parsed = CreateUser.safeParse({ email, name, password, role })
  if (!parsed.success) {
    throw new Error(
      fieldErrors(parsed.error.issues)
        .map((error) => `${error.path}: ${error.message}`)
        .join('\n'),
    )
  }
  const passwordHash = await hashPassword(parsed.data.password)
  const { password: _typed, ...user } = parsed.data
  await store.users.create({ ...user, id: newId(), active: true, createdAt: isoTime(systemClock.now()), passwordHash })
  console.log(`${user.email} can now sign in as ${role}.`)
})

async function ask(what: string, prompt: (message: string) => Promise<string | symbol>): Promise<string> {
  if (!process.stdin.isTTY)
    throw new Error(`${what}: give --${what === 'E-mail' ? 'email' : 'password'}, or run this on a terminal`)
  const answer = await prompt(what)
  if (isCancel(answer) || typeof answer !== 'string') throw new Error('Cancelled. Nothing was changed.')
  return answer
}
