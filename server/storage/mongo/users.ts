import { newId } from '../../lib/ids.ts'
import type { UserRecord, UserStore } from '../store.ts'
import type { Use } from './database.ts'
import { deactivate } from './deactivation.ts'
import { mapDuplicate } from './duplicates.ts'
import type { UserDocument } from './schemas.ts'

export const presentUser = ({ _id, name, email, role, active, createdAt, passwordHash }: UserDocument): UserRecord => ({
  id: _id,
  name,
  email,
  role,
  active,
  createdAt,
  passwordHash,
})

const one = (document: UserDocument | null) => document && presentUser(document)

export const createUsers = (use: Use): UserStore => ({
  create: ({ id, ...user }) =>
    use(async ({ users }) => {
      await mapDuplicate(users.create({ _id: id, ...user }), {
        id: () => users.exists({ _id: id }),
        email: () => users.exists({ email: user.email }),
      })
    }),

  byId: async (id) => one(await use(({ users }) => users.findById(id).lean())),

  byEmail: async (email) => one(await use(({ users }) => users.findOne({ email }).lean())),

  async inSession(id, sessionId) {
    const [user, session] = await Promise.all([
      use(({ users }) => users.findById(id).lean()),
      use(({ sessions }) => sessions.exists({ _id: sessionId, userId: id })),
    ])
    return session && one(user)
  },

  async list({ role, active }) {
    const filter = { ...(role !== undefined && { role }), ...(active !== undefined && { active }) }
    const found = await use(({ users }) => users.find(filter).sort({ name: 1, _id: 1 }).lean())
    return found.map(presentUser)
  },

  change: async (id, { name, email, active, passwordHash }) =>
    one(
      await use(({ users }) =>
        mapDuplicate(
          users
            .findOneAndUpdate(
              { _id: id },
              { $set: { name, email, active, passwordHash, ...(active && { activation: newId() }) } },
              { returnDocument: 'after' },
            )
            .lean(),
          { email: () => users.exists({ email }) },
        ),
      ),
    ),

  async deactivate(id, change) {
    const user = await deactivate(use, id, change)
    return user === 'last_admin' ? user : one(user)
  },
})
