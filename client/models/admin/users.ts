import { computed, signal } from '@preact/signals'
import * as z from 'zod/mini'
import { User, type ChangeUser, type CreateUser } from '#shared/users.ts'
import type { Api } from '../session/api.ts'
import { Order } from '#shared/orders.ts'
import { ApiError, messageOf } from '../session/api-error.ts'

const UserList = z.object({ users: z.array(User) })

export type Users = ReturnType<typeof createUsers>

/** All accounts, for the admin's page. */
export function createUsers(api: Pick<Api, 'get' | 'post' | 'patch'>) {
  const users = signal<readonly User[] | null>(null)
  const error = signal<unknown>(null)

  const upsert = (user: User) => {
    const others = (users.peek() ?? []).filter(({ id }) => id !== user.id)
    users.value = [...others, user].sort((a, b) => a.name.localeCompare(b.name))
  }

  return {
    users,
    /** Why the list could not be read; null when it could. */
    error: computed(() => (error.value === null ? null : messageOf(error.value))),
    async load(): Promise<void> {
      error.value = null
      try {
        users.value = (await api.get('/users', UserList)).users
      } catch (cause) {
        error.value = cause
      }
    },
    /** Both reject with ApiError: the form shows it. */
    create: async (user: CreateUser): Promise<void> => upsert(await api.post('/users', User, user)),
    change: async (id: string, change: ChangeUser): Promise<void> =>
      upsert(await api.patch(`/users/${id}`, User, change)),
  }
}

/** The jobs that came with the refusal to deactivate a vendor; null for another error. */
export function openJobsIn(error: unknown): readonly Order[] | null {
  if (!(error instanceof ApiError) || error.code !== 'vendor_has_jobs') return null
  return z.array(Order).safeParse(error.problem.orders).data ?? []
}
