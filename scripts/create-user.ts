import { parseArgs } from 'node:util'
import { password as askSecretly, isCancel, text } from '@clack/prompts'
import { normalEmail } from '#shared/email.ts'
import { CreateUser } from '#shared/users.ts'
import { hashPassword } from '../server/auth/passwords.ts'
import { activeDemoAccounts } from '../server/demo/demo-accounts.ts'
import { isoTime, systemClock } from '../server/lib/clock.ts'
import { newId } from '../server/lib/ids.ts'
import { fieldErrors } from '../server/lib/zod.ts'
import { withStore } from './lib/store.ts'

// npm run create-admin | create-vendor [-- --email … --name … --password …]
// Values come from flags, then the environment, then a prompt. If the account exists, nothing changes.

await withStore(async (store, { accounts, dataDir }) => {
  const { values, positionals } = parseArgs({
    options: { email: { type: 'string' }, name: { type: 'string' }, password: { type: 'string' } },
    allowPositionals: true,
  })
  const role = positionals[0] === 'admin' ? 'admin' : 'vendor'
  const configured = accounts[role]

  const email = values.email ?? configured.email ?? (await promptFor('E-mail', (message) => text({ message })))
  const existing = await store.users.byEmail(normalEmail(email))
  if (existing) {
    console.log(`${existing.email} already exists (${existing.role}, ${existing.name}). Nothing was changed.`)
    await sayDemo()
    return
  }
  const password =
    values.password ?? configured.password ?? (await promptFor('Password', (message) => askSecretly({ message })))
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
  await sayDemo()

  async function sayDemo() {
    const demo = await activeDemoAccounts({ store, dataDir })
    if (demo.length === 0) return
    const names = demo.map((account) => account.email).join(', ')
    console.log(`The demo accounts ${names} can sign in too. To end them, start the server with DEMO=false.`)
  }
})

async function promptFor(label: string, prompt: (message: string) => Promise<string | symbol>): Promise<string> {
  if (!process.stdin.isTTY)
    throw new Error(`${label}: give --${label === 'E-mail' ? 'email' : 'password'}, or run this on a terminal`)
  const answer = await prompt(label)
  if (isCancel(answer) || typeof answer !== 'string') throw new Error('Cancelled. Nothing was changed.')
  return answer
}
