import { randomInt } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Role } from '#shared/actors.ts'
import { hashPassword } from './auth/passwords.ts'
import { isoTime, type Clock } from './clock.ts'
import { newId } from './ids.ts'
import { DuplicateError, type Store } from './storage/store.ts'
import { z } from './zod.ts'

export interface DemoAccount {
  email: string
  password: string
}

const people: readonly { role: Role; name: string; email: string }[] = [
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

const letters = 'abcdefghjkmnpqrstwxyz23456789'
const newPassword = () => Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('')

const Kept = z.record(z.string(), z.string())

/** The demo passwords, made once and kept beside the database so that every start can print them. */
function keptPasswords(dataDir: string): Record<string, string> {
  const file = join(dataDir, 'demo-passwords.json')
  mkdirSync(dataDir, { recursive: true })
  try {
    const fresh = Object.fromEntries(people.map(({ email }) => [email, newPassword()]))
    writeFileSync(file, `${JSON.stringify(fresh, null, 2)}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return Kept.parse(JSON.parse(readFileSync(file, 'utf8')))
}

export interface DemoDependencies {
  store: Pick<Store, 'users' | 'services'>
  dataDir: string
  currency: string
  clock: Clock
}

/** One account of each role and, where there is nothing to order yet, a small catalogue. What is there already stays as it is. */
export async function makeDemo({ store, dataDir, currency, clock }: DemoDependencies): Promise<DemoAccount[]> {
  const passwords = keptPasswords(dataDir)
  const accounts: DemoAccount[] = []
  for (const { role, name, email } of people) {
    const password = passwords[email]
    if (!password) continue
    accounts.push({ email, password })
    if (await store.users.byEmail(email)) continue
    const passwordHash = await hashPassword(password)
    const user = { id: newId(), name, email, role, active: true, createdAt: isoTime(clock.now()), passwordHash }
    await store.users.create(user).catch((error: unknown) => {
      if (!(error instanceof DuplicateError)) throw error // another node was faster
    })
  }
  if ((await store.services.list({})).length === 0) {
    for (const service of catalogue) await store.services.create({ id: newId(), ...service, currency, active: true })
  }
  return accounts
}
