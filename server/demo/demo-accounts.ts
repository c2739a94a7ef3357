import { randomInt } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Role } from '#shared/actors.ts'
import { hashPassword, passwordMatches, type PasswordCost } from '../auth/passwords.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import { newId } from '../lib/ids.ts'
import { readOrCreateFile } from '../lib/read-or-create-file.ts'
import { DuplicateError, type Store, type UserRecord } from '../storage/store.ts'
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

export const demoPasswordFile = (dataDir: string) => join(dataDir, 'demo-passwords.json')

/** Reads the demo passwords. They are generated once and stored in `dataDir`. */
function readOrCreatePasswords(dataDir: string): Record<string, string> {
  const file = demoPasswordFile(dataDir)
  const generate = () =>
    JSON.stringify(Object.fromEntries(demoUsers.map(({ email }) => [email, newPassword()])), null, 2)
  const passwords = PasswordFile.safeParse(parseJson(readOrCreateFile(file, generate)))
  if (!passwords.success) throw new Error(`${file} is damaged: delete it to generate new demo passwords`)
  return passwords.data
}

/** The passwords of the folder, or none. */
function existingPasswords(dataDir: string): Record<string, string> {
  const file = demoPasswordFile(dataDir)
  const passwords = existsSync(file) ? PasswordFile.safeParse(parseJson(readFileSync(file, 'utf8'))) : null
  return passwords?.data ?? {}
}

/** The key of the record that marks which accounts are for demonstration, so that a real one is never taken for one. */
const marksKey = 'demo-accounts'
const Marks = z.object({ ids: z.array(z.string()), deactivated: z.array(z.string()) })

/** The ids of the demo accounts, and of those that a start without demo accounts has deactivated. */
interface MarkedAccounts {
  ids: Set<string>
  deactivated: Set<string>
}

/** Accounts of versions without marks are recognised by their password. */
async function markedAccounts(
  store: Pick<Store, 'users' | 'keyValue'>,
  passwords: Record<string, string>,
): Promise<MarkedAccounts> {
  const stored = Marks.safeParse(parseJson((await store.keyValue.get(marksKey)) ?? 'null'))
  const ids = new Set(stored.data?.ids)
  for (const [email, password] of Object.entries(passwords)) {
    const user = await store.users.byEmail(email)
    if (user && !ids.has(user.id) && (await passwordMatches(user.passwordHash, password))) ids.add(user.id)
  }
  return { ids, deactivated: new Set(stored.data?.deactivated) }
}

const putMarks = (store: Pick<Store, 'keyValue'>, { ids, deactivated }: MarkedAccounts) =>
  store.keyValue.put(marksKey, JSON.stringify({ ids: [...ids], deactivated: [...deactivated] }))

async function activeUsers(store: Pick<Store, 'users'>, ids: Iterable<string>): Promise<UserRecord[]> {
  const users = await Promise.all([...ids].map((id) => store.users.byId(id)))
  return users.flatMap((user) => (user?.active ? [user] : []))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export interface DemoDependencies {
  store: Pick<Store, 'users' | 'services' | 'keyValue' | 'verifiedEmails'>
  dataDir: string
  currency: string
  clock: Clock
  passwordCost?: PasswordCost
  /** Lets the accounts sign in again that a start without demo accounts has deactivated. */
  reactivate?: boolean
}

export interface DemoData {
  accounts: DemoAccount[]
  /** Those of the accounts that did not exist before. */
  made: DemoAccount[]
  /** The ids of all demo accounts. */
  ids: ReadonlySet<string>
}

/** Creates an account of each role and, if there are no services, a small catalogue. Other records are not changed. */
export async function createDemoData(dependencies: DemoDependencies): Promise<DemoData> {
  const { store, dataDir, currency, clock, passwordCost, reactivate = false } = dependencies
  const passwords = readOrCreatePasswords(dataDir)
  const marked = await markedAccounts(store, passwords)
  const made: DemoAccount[] = []
  for (const { role, name, email } of demoUsers) {
    const password = passwords[email]
    if (!password || (await store.users.byEmail(email))) continue
    const passwordHash = await hashPassword(password, passwordCost)
    const user = { id: newId(), name, email, role, active: true, createdAt: isoTime(clock.now()), passwordHash }
    try {
      await store.users.create(user)
      made.push({ email, password })
    } catch (error) {
      if (!(error instanceof DuplicateError)) throw error // another node has created it
    }
    const stored = await store.users.byEmail(email)
    if (stored) marked.ids.add(stored.id)
  }
  if (reactivate) {
    for (const id of marked.deactivated) await store.users.change(id, { active: true })
    marked.deactivated.clear()
  }
  // No e-mail reaches their addresses.
  for (const userId of marked.ids) await store.verifiedEmails.put({ userId, at: isoTime(clock.now()) })
  await putMarks(store, marked)
  if ((await store.services.list({})).length === 0) {
    for (const service of catalogue) await store.services.create({ id: newId(), ...service, currency, active: true })
  }
  const accounts = Object.entries(passwords).map(([email, password]) => ({ email, password }))
  return { accounts, made, ids: marked.ids }
}

/** Deactivates the demo accounts that are active; resolves to their e-mail addresses. `ended` is called for each id. */
export async function endDemoAccounts(
  { store, dataDir }: Pick<DemoDependencies, 'store' | 'dataDir'>,
  ended: (userId: string) => Promise<void>,
): Promise<string[]> {
  const marked = await markedAccounts(store, existingPasswords(dataDir))
  const users = await activeUsers(store, marked.ids)
  if (users.length === 0) return []
  // Marked first: after a crash in between, an account that is still active is deactivated by the next start.
  for (const { id } of users) marked.deactivated.add(id)
  await putMarks(store, marked)
  for (const { id } of users) {
    await store.users.change(id, { active: false })
    await ended(id)
  }
  return users.map(({ email }) => email)
}

/** The demo accounts that can sign in. */
export async function activeDemoAccounts({
  store,
  dataDir,
}: Pick<DemoDependencies, 'store' | 'dataDir'>): Promise<UserRecord[]> {
  return activeUsers(store, (await markedAccounts(store, existingPasswords(dataDir))).ids)
}
