import { computed, createModel, signal } from '@preact/signals'
import * as z from 'zod/mini'
import { Profile, SessionList, type ChangePassword, type ChangeProfile, type Session } from '#shared/accounts.ts'
import type { Api } from '../../live/api.ts'
import { messageOf } from '../session/api-error.ts'

export type AccountModel = InstanceType<typeof AccountModel>

/** The signed-in person's own account. `renew`: brings a new name or address into the session. */
export const AccountModel = createModel(
  ({ api, renew }: { api: Pick<Api, 'get' | 'post' | 'patch' | 'remove'>; renew(): Promise<unknown> }) => {
    const profile = signal<Profile | null>(null)
    const sessions = signal<readonly Session[]>([])
    const error = signal<unknown>(null)

    const readSessions = async () => {
      sessions.value = (await api.get('/auth/sessions', SessionList)).sessions
    }

    return {
      profile: computed(() => profile.value),
      sessions: computed(() => sessions.value),
      /** Why the account could not be read; null when it could. */
      error: computed(() => (error.value === null ? null : messageOf(error.value))),
      async load(): Promise<void> {
        error.value = null
        try {
          const [read] = await Promise.all([api.get('/auth/profile', Profile), readSessions()])
          profile.value = read
        } catch (cause) {
          error.value = cause
        }
      },
      // All reject with ApiError: the form shows it.
      async change(change: ChangeProfile): Promise<void> {
        const named = profile.peek()?.user.name
        profile.value = await api.patch('/auth/me', Profile, change)
        if (profile.peek()?.user.name !== named) await renew().catch(() => {})
      },
      async changePassword(change: ChangePassword): Promise<void> {
        await api.post('/auth/password', z.unknown(), change)
        await readSessions().catch(() => {})
      },
      async endSession(id: string): Promise<void> {
        await api.remove(`/auth/sessions/${id}`)
        sessions.value = sessions.peek().filter((session) => session.id !== id)
      },
    }
  },
)
