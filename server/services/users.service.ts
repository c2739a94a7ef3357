import { randomBytes } from 'node:crypto'
import type { Actor, Role } from '#shared/actors.ts'
import { erasedName } from '#shared/erasure.ts'
import type { ChangeUser } from '#shared/user-input.ts'
import { isActiveVendor, type CreateUser, type Login, type OpenJobs, type Register, type User } from '#shared/users.ts'
import { refuseWeakPassword } from '../auth/password-strength.ts'
import { hashPassword, passwordMatches, type PasswordCost } from '../auth/passwords.ts'
import type { Identity, OpenedSession, Sessions } from '../auth/sessions.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import { newId } from '../lib/ids.ts'
import { DuplicateError, type AbilityRecord, type Store, type UserRecord } from '../storage/store.ts'
import { DomainError } from '../lib/errors.ts'
import type { HandOverService } from './hand-over.service.ts'
import { presentOrderTo, presentUser } from './presenters.ts'
import type { RenamesService } from './renames.service.ts'

export interface UsersDependencies {
  store: Pick<Store, 'users' | 'departures' | 'verifiedEmails' | 'abilities'>
  sessions: Pick<Sessions, 'open' | 'end' | 'endOthers' | 'endAllOf'>
  /** Is called for every new or changed vendor, so that the list of vendors is live too. */
  vendors: { vendorChanged(vendor: User): Promise<void> }
  handOver: Pick<HandOverService, 'openJobs' | 'finish'>
  renames: Pick<RenamesService, 'follow'>
  clock: Clock
  passwordCost?: PasswordCost
}

type NewUser = Omit<CreateUser, 'role'> & { role: Role }

type UserChange = Partial<Pick<UserRecord, 'name' | 'active' | 'passwordHash'>>

export type UsersService = ReturnType<typeof createUsersService>

/** In the place of a hash: no password opens the account of an erased person, and no link is made for it. */
const erasedHash = ''
const isErased = ({ passwordHash }: Pick<UserRecord, 'passwordHash'>) => passwordHash === erasedHash

const randomPassword = () => randomBytes(32).toString('base64url')

const badCredentials = () => new DomainError('bad_credentials', 'E-mail or password is wrong.')

export function createUsersService(dependencies: UsersDependencies) {
  const { store, sessions, vendors, handOver, renames, clock, passwordCost } = dependencies
  /** Throws weak_password. */
  async function newHash(password: string, { name, email }: Pick<User, 'name' | 'email'>): Promise<string> {
    await refuseWeakPassword(password, [name, email])
    return hashPassword(password, passwordCost)
  }

  async function add(input: NewUser, id: string = newId()): Promise<UserRecord> {
    const { name, email, role } = input
    const passwordHash = await newHash(input.password, input)
    const user = { id, name, email, role, active: true, createdAt: isoTime(clock.now()), passwordHash }
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
    /** A new customer, signed in. Throws email_taken or weak_password. */
    async register(input: Register, userAgent: string | null = null): Promise<OpenedSession> {
      return sessions.open(await add({ ...input, role: 'customer' }), userAgent)
    },

    /** Throws bad_credentials, for an unknown or inactive user too, so that accounts cannot be guessed. */
    async authenticate({ email, password }: Login): Promise<UserRecord> {
      const user = await store.users.byEmail(email)
      if ((await passwordMatches(user?.passwordHash ?? null, password)) && user?.active) return user
      throw badCredentials()
    },

    /** A session of this user. `check` has passed before; it rejects when the user may not sign in after all. */
    async openSession(
      user: UserRecord,
      check: (now: UserRecord) => Promise<void>,
      userAgent: string | null = null,
    ): Promise<OpenedSession> {
      const opened = await sessions.open(user, userAgent)
      try {
        // The password, or what `check` reads, may have been changed since it was read. What ends all sessions of the
        // user from now on ends this one too.
        const now = await store.users.byId(user.id)
        if (!now?.active || now.passwordHash !== user.passwordHash) throw badCredentials()
        await check(now)
        return opened
      } catch (error) {
        await sessions.end(opened.sessionId)
        throw error
      }
    },

    /** Throws not_found. */
    async get(id: string): Promise<User> {
      const user = await get(id)
      return presentUser(user, user.role === 'vendor' ? await store.abilities.of(id) : null)
    },

    async list(filter: { role?: Role }): Promise<User[]> {
      const [users, abilities] = await Promise.all([store.users.list(filter), store.abilities.all()])
      const byVendor = new Map(abilities.map((record) => [record.vendorId, record]))
      return users.filter((user) => !isErased(user)).map((user) => presentUser(user, byVendor.get(user.id)))
    },

    /** An account that is opened in another way than by a password. Its address is verified. Throws email_taken. */
    async createWithoutPassword(
      input: Omit<CreateUser, 'password' | 'role'> & { role: Role },
      id?: string,
    ): Promise<UserRecord> {
      const user = await add({ ...input, password: randomPassword() }, id)
      await verified(user.id)
      return user
    },

    hasVerifiedEmail: store.verifiedEmails.has,

    /** The person has shown that the account's e-mail address is theirs. */
    verified,

    /** No password opens the account any more, and its sessions end. null when there is no such user. */
    async endPassword(id: string): Promise<UserRecord | null> {
      const passwordHash = await hashPassword(randomPassword(), passwordCost)
      const user = await store.users.change(id, { passwordHash })
      await sessions.endAllOf(id)
      return user
    },

    /** `id`: of a customer who had no account. Throws email_taken or weak_password. */
    async create(input: NewUser, id?: string): Promise<User> {
      return presentUser(await add(input, id))
    },

    /**
     * Deactivating, or a new password, ends every session and connection of that user. Throws not_found; for a password
     * weak_password, for a deactivation own_account, last_admin, vendor_has_jobs or unknown_vendor.
     */
    async change(actor: Actor, id: string, input: ChangeUser): Promise<User> {
      const { password, active, openJobs, name, skills, areas } = input
      if (skills ?? areas) await requireVendor(id)
      if (active === false) await checkDeactivation(actor, id, openJobs)
      const passwordHash = password === undefined ? undefined : await newHash(password, await get(id))
      const user = await write(actor, id, { name, active, passwordHash })
      if (user === 'last_admin') throw new DomainError('last_admin')
      if (!user) throw new DomainError('not_found', 'There is no such user.')
      const abilities = user.role === 'vendor' ? await changeAbilities(id, skills, areas) : null
      if (passwordHash || active === false) await sessions.endAllOf(id)
      if (user.role === 'vendor') await vendors.vendorChanged(presentUser(user))
      if (user.role === 'vendor' && active === false) await handOver.finish(id)
      return presentUser(user, abilities)
    },

    /**
     * Closes the account for good and ends its sessions: no name, address or password is left. The id stays, for what
     * refers to it. Throws not_found or last_admin.
     */
    async erase(id: string): Promise<void> {
      const user = await store.users.deactivate(id, { name: erasedName, passwordHash: erasedHash })
      if (user === 'last_admin') throw new DomainError('last_admin')
      if (!user) throw new DomainError('not_found', 'There is no such user.')
      // Not by the id: another account might have that address.
      await store.users.change(id, { email: `${newId().toLowerCase()}@erased.invalid` })
      await sessions.endAllOf(id)
      if (user.role !== 'vendor') return
      await store.abilities.remove(id)
      await vendors.vendorChanged(presentUser(user))
      await handOver.finish(id)
    },

    /** Throws weak_password. */
    async checkStrength(id: string, password: string): Promise<void> {
      const { name, email } = await get(id)
      await refuseWeakPassword(password, [name, email])
    },

    /** The caller's own password, after the current one was confirmed; every other session ends. Throws weak_password. */
    async changePassword(caller: Pick<Identity, 'id' | 'sessionId'>, password: string): Promise<void> {
      const user = await get(caller.id)
      await store.users.change(user.id, { passwordHash: await newHash(password, user) })
      await sessions.endOthers(user.id, caller.sessionId)
    },

    /** To an address that is verified. Throws not_found or email_taken. */
    async changeEmail(id: string, email: string): Promise<User> {
      try {
        const user = await store.users.change(id, { email })
        if (!user) throw new DomainError('not_found', 'There is no such user.')
        await verified(id)
        return presentUser(user)
      } catch (error) {
        throw error instanceof DuplicateError ? new DomainError('email_taken') : error
      }
    },
  }

  async function requireVendor(id: string): Promise<void> {
    if ((await get(id)).role !== 'vendor')
      throw new DomainError('unknown_vendor', 'Only vendors have skills and areas.')
  }

  /** The vendor's skills and areas from now on; those that are undefined stay. */
  async function changeAbilities(vendorId: string, skills?: string[], areas?: string[]): Promise<AbilityRecord | null> {
    const before = await store.abilities.of(vendorId)
    if (!skills && !areas) return before
    const after = { vendorId, skills: skills ?? before?.skills ?? [], areas: areas ?? before?.areas ?? [] }
    await store.abilities.put(after)
    return after
  }

  function verified(userId: string): Promise<void> {
    return store.verifiedEmails.put({ userId, at: isoTime(clock.now()) })
  }

  async function get(id: string): Promise<UserRecord> {
    const user = await store.users.byId(id)
    if (!user || isErased(user)) throw new DomainError('not_found', 'There is no such user.')
    return user
  }

  /** Stores the change. Open orders follow a new name; an equal one is not written, so that it undoes no other. */
  async function write(actor: Actor, id: string, { name, active, passwordHash }: UserChange) {
    const before = name === undefined ? null : await store.users.byId(id)
    const newName = before?.name === name ? undefined : name
    const change = { name: newName, passwordHash }
    const apply = () =>
      active === false ? store.users.deactivate(id, change) : store.users.change(id, { ...change, active })
    if (!before || before.role === 'admin' || newName === undefined) return apply()
    return renames.follow({ kind: before.role, subjectId: id, name: newName }, actor, apply)
  }

  /** Refuses a deactivation, or stores what becomes of the vendor's open jobs. */
  async function checkDeactivation(actor: Actor, id: string, choice: OpenJobs | undefined): Promise<void> {
    if (id === actor.id) {
      const admins = await store.users.list({ role: 'admin', active: true })
      throw new DomainError(admins.some((admin) => admin.id !== id) ? 'own_account' : 'last_admin')
    }
    const user = await store.users.byId(id)
    // The choice of a deactivation that has taken effect stays.
    if (!isActiveVendor(user)) return
    const reassignTo = typeof choice === 'object' ? choice.reassignTo : null
    if (reassignTo !== null) {
      const target = await store.users.byId(reassignTo)
      if (reassignTo === id || !isActiveVendor(target)) throw new DomainError('unknown_vendor')
    }
    const by = { id: actor.id, name: actor.name, role: actor.role }
    // Both at once: a departure of a vendor who stays active has no effect, and the next one replaces it.
    const [jobs] = await Promise.all([
      choice === undefined ? handOver.openJobs(id) : [],
      store.departures.put({ vendorId: id, id: newId(), by, reassignTo, unfinished: true }),
    ])
    if (jobs.length === 0) return
    const orders = jobs.map((order) => presentOrderTo(actor, order, 'full', clock.now()))
    throw new DomainError('vendor_has_jobs', undefined, { orders })
  }
}
