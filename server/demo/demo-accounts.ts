import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import type { Role } from '#shared/actors.ts'
import { hashPassword } from '../auth/passwords.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import { newId } from '../lib/ids.ts'
import { readOrCreateFile } from '../lib/read-or-create-file.ts'
import { DuplicateError, type Store } from '../storage/store.ts'
import { z } from '../lib/zod.ts'

export interface DemoAccount {
  email: string
  password: string
}

const demoUsers: readonly { role: Role; name: string; email: string }[] = [
  { role: 'admin', name: 'Alex Reyes', email: 'admin@example.com' },
  { role: 'vendor', name: 'Ana Petrova', email: 'vendor@example.com' },
  { role: 'customer', name: 'Sam Okafor', email: 'customer@example.com' },
]

const catalogue = [
  {
    name: 'Boiler service',
    description: 'Annual check, cleaning and a written report',
    price: 9500,
    durationMinutes: 90,
  },
  {
    name: 'Drain unblocking',
    description: 'One sink, shower or toilet, with camera check',
    price: 7800,
    durationMinutes: 60,
  },
  {
    name: 'Lock change',
    description: 'New cylinder, three keys, old one taken away',
    price: 12000,
    durationMinutes: 45,
  },
  {
    name: 'Appliance repair',
    description: 'Diagnosis and the first half hour of work; parts extra',
    price: 6500,
    durationMinutes: 60,
  },
  {
    name: 'Deep clean, two rooms',
    description: 'Floors, windows inside, kitchen or bath',
    price: 14000,
    durationMinutes: 180,
  },
  {
    name: 'Flat-pack assembly',
    description: 'Up to three pieces, packaging taken away',
    price: 5500,
    durationMinutes: 90,
  },
]

// Without letters and digits that look alike.
const passwordCharacters = 'abcdefghjkmnpqrstwxyz23456789'
const newPassword = () =>
  Array.from({ length: 12 }, () => passwordCharacters[randomInt(passwordCharacters.length)]).join('')

const PasswordFile = z.record(z.string(), z.string())

/** Reads the demo passwords. They are generated once and stored in `dataDir`, so that every start prints the same. */
function readOrCreatePasswords(dataDir: string): Record<string, string> {
  const file = join(dataDir, 'demo-passwords.json')
  const generate = () =>
    JSON.stringify(Object.fromEntries(demoUsers.map(({ email }) => [email, newPassword()])), null, 2)
  const passwords = PasswordFile.safeParse(parseJson(readOrCreateFile(file, generate)))
  if (!passwords.success) throw new Error(`${file} is damaged: delete it to generate new demo passwords`)
  return passwords.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export interface DemoDependencies {
  store: Pick<Store, 'users' | 'services'>
  dataDir: string
  currency: string
  clock: Clock
}

/** Creates an account of each role and, if there are no services, a small catalogue. Existing records are not changed. */
export async function createDemoData({ store, dataDir, currency, clock }: DemoDependencies): Promise<DemoAccount[]> {
  const passwords = readOrCreatePasswords(dataDir)
  const accounts: DemoAccount[] = []
  for (const { role, name, email } of demoUsers) {
    const password = passwords[email]
    if (!password) continue
    accounts.push({ email, password })
    if (await store.users.byEmail(email)) continue
    const passwordHash = await hashPassword(password)
    const user = { id: newId(), name, email, role, active: true, createdAt: isoTime(clock.now()), passwordHash }
    await store.users.create(user).catch((error: unknown) => {
      if (!(error instanceof DuplicateError)) throw error // another node has created it
    })
  }
  if ((await store.services.list({})).length === 0) {
    for (const service of catalogue) await store.services.create({ id: newId(), ...service, currency, active: true })
  }
  return accounts
}
