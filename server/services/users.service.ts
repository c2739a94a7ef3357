import type { Actor, Role } from '#shared/actors.ts'
import type { ChangeUser, CreateUser, Login, Register, User } from '#shared/users.ts'
import { hashPassword, passwordMatches } from '../auth/passwords.ts'
import type { OpenedSession, Sessions } from '../auth/sessions.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import { newId } from '../lib/ids.ts'
import { DuplicateError, type Store, type UserRecord } from '../storage/store.ts'
import { DomainError } from '../lib/errors.ts'
import { presentUser } from './presenters.ts'

export interface UsersDependencies {
  store: Pick<Store, 'users'>
  sessions: Pick<Sessions, 'open' | 'end' | 'endAllOf'>
  /** Is called for every new or changed vendor, so that the list of vendors is live too. */
  vendors: { vendorChanged(vendor: User): Promise<void> }
  orders: { rejectDeclined(actor: Actor): Promise<void> }
  clock: Clock
}

export type UsersService = ReturnType<typeof createUsersService>

export function createUsersService({ store, sessions, vendors, orders, clock }: UsersDependencies) {
  async function add(input: Omit<CreateUser, 'role'> & { role: Role }): Promise<UserRecord> {
    const { name, email, role } = input
    const passwordHash = await hashPassword(input.password)
    const user = { id: newId(), name, email, role, active: true, createdAt: isoTime(clock.now()), passwordHash }
    try {
      await store.users.create(user)
    } catch (error) {
      if (error instanceof DuplicateError) throw new DomainError('email_taken')
      throw error
    }
    if (role === 'vendor') await vendors.vendorChanged(presentUser(user))
    return user
  }

  return {
    /** A new customer, signed in. Throws email_taken. */
    async register(input: Register): Promise<OpenedSession> {
      return sessions.open(await add({ ...input, role: 'customer' }))
    },

    /** Throws bad_credentials, for an unknown or inactive user too, so that accounts cannot be guessed. */
    async login({ email, password }: Login): Promise<OpenedSession> {
      const user = await store.users.byEmail(email)
      if (!(await passwordMatches(user?.passwordHash ?? null, password)) || !user?.active) {
        throw new DomainError('bad_credentials', 'E-mail or password is wrong.')
      }
      const opened = await sessions.open(user)
      // The password may have been changed, or the user deactivated, while the hash was computed.
      const now = await store.users.byId(user.id)
      if (now?.active && now.passwordHash === user.passwordHash) return opened
      await sessions.end(opened.sessionId)
      throw new DomainError('bad_credentials', 'E-mail or password is wrong.')
    },

    /** Throws not_found. */
    async get(id: string): Promise<User> {
      const user = await store.users.byId(id)
      if (!user) throw new DomainError('not_found', 'There is no such user.')
      return presentUser(user)
    },

    async list(filter: { role?: Role }): Promise<User[]> {
      return (await store.users.list(filter)).map(presentUser)
    },

    /** Throws email_taken. */
    async create(input: CreateUser): Promise<User> {
      return presentUser(await add(input))
    },

    /** Deactivating, or a new password, ends every session and connection of that user. Throws not_found or own_account. */
    async change(actor: Actor, id: string, { password, ...change }: ChangeUser): Promise<User> {
      if (id === actor.id && change.active === false) throw new DomainError('own_account')
      const passwordHash = password === undefined ? undefined : await hashPassword(password)
      const user = await store.users.change(id, { ...change, passwordHash })
      if (!user) throw new DomainError('not_found', 'There is no such user.')
      if (passwordHash || change.active === false) await sessions.endAllOf(id)
      if (user.role === 'vendor') await vendors.vendorChanged(presentUser(user))
      if (user.role === 'vendor' && !user.active) await orders.rejectDeclined(actor)
      return presentUser(user)
    },
  }
}
