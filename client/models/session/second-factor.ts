import { computed, signal } from '@preact/signals'
import * as z from 'zod/mini'
import {
  ConfirmedSecondFactor,
  RecoveryCodes,
  SecondFactorState,
  StartedSecondFactor,
  type ChangeSecondFactor,
} from '#shared/second-factor.ts'
import type { Api } from '../../live/api.ts'
import { messageOf } from './api-error.ts'
import { send } from './http.ts'
import { secondFactorMissing, startSession } from './session.ts'

const path = '/auth/second-factor'

export type SecondFactor = ReturnType<typeof createSecondFactor>

/** The person's own second factor. The calls reject with ApiError: the form shows it. */
export function createSecondFactor(api: Pick<Api, 'get' | 'post'>) {
  const state = signal<SecondFactorState | null>(null)
  const error = signal<unknown>(null)
  const started = signal<StartedSecondFactor | null>(null)
  const recoveryCodes = signal<readonly string[]>([])

  async function load(): Promise<void> {
    error.value = null
    try {
      state.value = await api.get(path, SecondFactorState)
    } catch (cause) {
      error.value = cause
    }
  }

  return {
    state: computed(() => state.value),
    error: computed(() => (error.value === null ? null : messageOf(error.value))),
    /** While it is set up: the secret for the app. */
    started: computed(() => started.value),
    /** Until the person has stored them; they cannot be read again. */
    recoveryCodes: computed(() => recoveryCodes.value),
    load,
    async start(password: string): Promise<void> {
      started.value = await api.post(`${path}/start`, StartedSecondFactor, { password })
    },
    async confirm(code: string): Promise<void> {
      const confirmed = await api.post(`${path}/confirm`, ConfirmedSecondFactor, { code })
      recoveryCodes.value = confirmed.recoveryCodes
      started.value = null
      await startSession(confirmed)
      await load()
    },
    async renewRecoveryCodes(change: ChangeSecondFactor): Promise<void> {
      recoveryCodes.value = (await api.post(`${path}/recovery-codes`, RecoveryCodes, change)).recoveryCodes
      await load()
    },
    async turnOff(change: ChangeSecondFactor): Promise<void> {
      await api.post(`${path}/off`, z.null(), change)
      await load()
    },
    recoveryCodesStored(): void {
      recoveryCodes.value = []
      secondFactorMissing.value = false
    },
  }
}

/** The second step of a sign-in. Rejects with ApiError. */
export async function answerChallenge(challenge: string, code: string): Promise<void> {
  await startSession(await send(path, { method: 'POST', body: { challenge, code } }))
}
