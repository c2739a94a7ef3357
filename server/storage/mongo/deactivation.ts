import type { UserRecord } from '../store.ts'
import type { Use } from './database.ts'
import { isDuplicate } from './errors.ts'
import type { Models } from './models.ts'
import type { UserDocument } from './schemas.ts'

/**
 * Deactivates a user, but never the last active admin: a rule across documents without a transaction. One document, the
 * register, decides.
 *
 * - An admin is entered in the register, with the `activation` of that admin's document, before that document is changed,
 *   and the change is made only while the document has this `activation`. Every activation sets a new one, so an entry
 *   stands for one deactivation, and a delayed one changes nothing after the next activation.
 * - The entry is written only on the condition that the register is unchanged since it was read, and that an admin read
 *   after it is active and not entered under the current `activation`. That admin cannot be deactivated without an entry,
 *   whose writer finds this one. So of two admins who deactivate each other one is refused.
 * - A crash between the two writes leaves an entry of an active admin. This admin does not count as remaining until
 *   activated again: too few deactivations are allowed, never too many.
 */
export async function deactivate(
  use: Use,
  id: string,
  change: Partial<Pick<UserRecord, 'name' | 'passwordHash'>>,
): Promise<UserDocument | 'last_admin' | null> {
  for (;;) {
    const user = await use(({ users }) => users.findById(id).lean())
    if (!user) return null
    if (user.role === 'admin' && !(await use((models) => enter(models, user)))) return 'last_admin'
    const changed = await use(({ users }) =>
      users
        .findOneAndUpdate(
          { _id: id, activation: user.activation ?? null },
          { $set: { ...change, active: false } },
          { returnDocument: 'after' },
        )
        .lean(),
    )
    if (changed) return changed
  }
}

const registerId = 'deactivations'

/** Enters the admin in the register. False when no other admin remains. */
async function enter({ users, adminRegister }: Models, admin: UserDocument): Promise<boolean> {
  for (;;) {
    const register = await adminRegister.findById(registerId).lean()
    const entries = register?.entries ?? []
    const active = await users.find({ role: 'admin', active: true }).lean()
    if (!active.some((other) => other._id !== admin._id && !entries.includes(entryOf(other)))) return false
    const next = [...entries.filter((entry) => !entry.startsWith(`${admin._id} `)), entryOf(admin)]
    if (register) {
      const { revision } = register
      const $set = { revision: revision + 1, entries: next }
      const { matchedCount } = await adminRegister.updateOne({ _id: registerId, revision }, { $set })
      if (matchedCount === 1) return true
    } else if (await created(adminRegister, next)) return true
  }
}

const entryOf = ({ _id, activation }: UserDocument) => `${_id} ${activation ?? ''}`

async function created(adminRegister: Models['adminRegister'], entries: string[]): Promise<boolean> {
  try {
    await adminRegister.create({ _id: registerId, revision: 1, entries })
    return true
  } catch (error) {
    if (isDuplicate(error)) return false
    throw error
  }
}
