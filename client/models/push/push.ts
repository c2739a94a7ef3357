import { computed, effect, signal } from '@preact/signals'
import * as z from 'zod/mini'
import { NewPushSubscription, PushKey } from '#shared/push.ts'
import type { User } from '#shared/users.ts'
import type { Api } from '../../live/api.ts'
import { readSetting, writeSetting } from '../ui/local-storage.ts'
import { storePushTexts } from './push-texts.ts'

/**
 * `install`: the browser takes push messages only for installed apps (iOS). `denied`: the person has blocked notifications.
 * `unknown`: not found out yet, or this browser has no push.
 */
export type PushState = 'unknown' | 'install' | 'denied' | 'off' | 'on'

export type Push = ReturnType<typeof createPush>

/** The user for whom this browser rings. */
const userKey = 'push'

/** Push messages to this browser, for this person. */
export function createPush({ me, api }: { me: User; api: Pick<Api, 'get' | 'post' | 'remove'> }) {
  const state = signal<PushState>('unknown')
  /** At the server. */
  let id: string | null = null

  const manager = async () => (await navigator.serviceWorker.ready).pushManager

  async function register(subscription: PushSubscription): Promise<void> {
    const created = await api.post('/push/subscriptions', NewPushSubscription, subscription.toJSON())
    id = created.subscription.id
    writeSetting(userKey, me.id)
    state.value = 'on'
  }

  async function subscribe(): Promise<PushSubscription> {
    const [pushManager, { key }] = await Promise.all([manager(), api.get('/push/key', PushKey)])
    const options = { userVisibleOnly: true, applicationServerKey: bytesOf(key) }
    try {
      return await pushManager.subscribe(options)
    } catch (error) {
      // Another person's, or made with other keys.
      const existing = await pushManager.getSubscription()
      if (!existing) throw error
      await existing.unsubscribe()
      return pushManager.subscribe(options)
    }
  }

  return {
    state: computed(() => state.value),

    /** Finds out what this browser can do, and renews its subscription at the server. Never rejects. */
    async load(): Promise<void> {
      if (!isSupported()) {
        if (needsInstalling()) state.value = 'install'
        return
      }
      // Known at once, so that the card that asks does not arrive later and move what is below it.
      if (Notification.permission !== 'granted' || readSetting(userKey) !== me.id) {
        state.value = Notification.permission === 'denied' ? 'denied' : 'off'
        return
      }
      try {
        const subscription = await (await manager()).getSubscription()
        if (!subscription) state.value = 'off'
        else {
          state.value = 'on'
          await register(subscription)
        }
      } catch {
        // Without a network the subscription stays as it is.
      }
    },

    /** Asks for the permission: call it in the handler of a press. Rejects when the browser or the server refuses. */
    async turnOn(): Promise<void> {
      const permission = await Notification.requestPermission()
      if (permission === 'granted') await register(await subscribe())
      else if (permission === 'denied') state.value = 'denied'
    },

    /** Rejects with ApiError; the browser then still rings. */
    async turnOff(): Promise<void> {
      if (id !== null) await api.remove(`/push/subscriptions/${id}`)
      writeSetting(userKey, null)
      id = null
      state.value = 'off'
      await (await (await manager()).getSubscription())?.unsubscribe()
    },

    /** Rejects with ApiError. */
    async ring(): Promise<void> {
      await api.post('/push/test', z.unknown(), { id })
    },

    /** Keeps the texts of notifications in the language of the page, until the returned function is called. */
    start: (): (() => void) => effect(() => void (state.value === 'on' && storePushTexts(me.role).catch(() => {}))),
  }
}

const isSupported = () =>
  typeof navigator !== 'undefined' &&
  'serviceWorker' in navigator &&
  'PushManager' in globalThis &&
  'Notification' in globalThis

/** iPadOS calls itself a Mac. */
const needsInstalling = () =>
  typeof navigator !== 'undefined' &&
  (/iPhone|iPad/.test(navigator.userAgent) || (/Mac/.test(navigator.userAgent) && navigator.maxTouchPoints > 1))

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
