import { computed, signal } from '@preact/signals'
import * as z from 'zod/mini'
import { HandedLink, InvitationList, NewInvitation, type Invitation, type Invite } from '#shared/accounts.ts'
import { VendorList } from '#shared/presence.ts'
import type { VendorRating } from '#shared/order-outcome.ts'
import type { ChangeUser } from '#shared/user-input.ts'
import { User, UserList } from '#shared/users.ts'
import type { Api } from '../../live/api.ts'
import { Order } from '#shared/orders.ts'
import { ApiError, messageOf } from '../session/api-error.ts'

export type Users = ReturnType<typeof createUsers>

/** All accounts, for the admin's page. */
export function createUsers(api: Pick<Api, 'get' | 'post' | 'patch' | 'remove'>) {
  const users = signal<readonly User[] | null>(null)
  const invitations = signal<readonly Invitation[]>([])
  const ratings = signal<ReadonlyMap<string, VendorRating>>(new Map())
  const erased = signal<ReadonlySet<string>>(new Set())
  const error = signal<unknown>(null)

  const upsert = (user: User) => {
    const others = (users.peek() ?? []).filter(({ id }) => id !== user.id)
    users.value = [...others, user].sort((a, b) => a.name.localeCompare(b.name))
  }

  const applyInvitation = ({ invitation }: NewInvitation) => {
    const others = invitations.peek().filter(({ id }) => id !== invitation.id)
    invitations.value = [invitation, ...others]
  }

  return {
    users,
    /** Those that were not accepted yet, newest first. */
    invitations: computed(() => invitations.value),
    /** How vendors are rated on average, by their ids. */
    ratings: computed(() => ratings.value),
    /** The ids of those who were erased here. */
    erased: computed(() => erased.value),
    /** Why the list could not be read; null when it could. */
    error: computed(() => (error.value === null ? null : messageOf(error.value))),
    async load(): Promise<void> {
      error.value = null
      try {
        const [list, invited] = await Promise.all([
          api.get('/users', UserList),
          api.get('/invitations', InvitationList),
        ])
        users.value = list.users
        invitations.value = invited.invitations
      } catch (cause) {
        error.value = cause
      }
    },
    /** The list of people is complete without the ratings. */
    async loadRatings(): Promise<void> {
      try {
        const { vendors } = await api.get('/vendors', VendorList)
        ratings.value = new Map(vendors.flatMap(({ id, rating }) => (rating ? [[id, rating]] : [])))
      } catch {
        ratings.value = new Map()
      }
    },
    // All reject with ApiError: the form shows it.
    async invite(input: Invite): Promise<NewInvitation> {
      const created = await api.post('/users/invite', NewInvitation, input)
      applyInvitation(created)
      return created
    },
    async repeat(id: string): Promise<NewInvitation> {
      const repeated = await api.post(`/invitations/${id}/repeat`, NewInvitation, {})
      applyInvitation(repeated)
      return repeated
    },
    async withdraw(id: string): Promise<void> {
      await api.remove(`/invitations/${id}`)
      invitations.value = invitations.peek().filter((one) => one.id !== id)
    },
    resetLink: (id: string): Promise<HandedLink> => api.post(`/users/${id}/reset`, HandedLink, {}),
    async erase(id: string): Promise<void> {
      await api.post(`/users/${id}/erase`, z.unknown(), {})
      users.value = (users.peek() ?? []).filter((user) => user.id !== id)
      erased.value = new Set([...erased.peek(), id])
    },
    change: async (id: string, change: ChangeUser): Promise<void> =>
      upsert(await api.patch(`/users/${id}`, User, change)),
  }
}

/** The jobs that came with the refusal to deactivate a vendor; null for another error. */
export function openJobsIn(error: unknown): readonly Order[] | null {
  if (!(error instanceof ApiError) || error.code !== 'vendor_has_jobs') return null
  return z.array(Order).safeParse(error.problem.orders).data ?? []
}
