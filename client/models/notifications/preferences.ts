import { computed, createModel, signal } from '@preact/signals'
import {
  Preferences,
  preferenceEvents,
  notificationChannels,
  type ChangePreferences,
  type NotificationChannelName,
  type PreferenceEvent,
} from '#shared/notification-preferences.ts'
import type { Api } from '../../live/api.ts'
import { messageOf } from '../session/api-error.ts'

export type PreferencesModel = InstanceType<typeof PreferencesModel>

/** What the person is told of, and how. A change is shown at once and sent; it is taken back when it is refused. */
export const PreferencesModel = createModel((api: Pick<Api, 'get' | 'put'>) => {
  const stored = signal<Preferences | null>(null)
  const shown = signal<Preferences | null>(null)
  const error = signal<unknown>(null)
  /** One request at a time, so that the last change wins. */
  let sending: Promise<unknown> = Promise.resolve()
  let waiting = 0

  async function change(changed: Partial<ChangePreferences>): Promise<void> {
    if (!shown.value) return
    shown.value = { ...shown.value, ...changed }
    const { events, quietHours } = shown.value
    waiting++
    const sent = sending.then(() => api.put('/notifications/preferences', Preferences, { events, quietHours }))
    sending = sent.catch(() => {})
    try {
      stored.value = await sent
    } finally {
      waiting--
      if (waiting === 0) shown.value = stored.value
    }
  }

  return {
    /** null until they are loaded. */
    preferences: computed(() => shown.value),
    /** Why they could not be read; null when they could. */
    error: computed(() => (error.value === null ? null : messageOf(error.value))),
    /** The events of the person's role that a channel of this server can tell of. */
    events: computed(() => {
      const { channels = [], events = {} } = shown.value ?? {}
      return preferenceEvents.filter((event) => channels.some((name) => events[event]?.[name] !== undefined))
    }),
    /** The channels of this server that can tell the person of something. */
    channels: computed(() => {
      const { channels = [], events = {} } = shown.value ?? {}
      return notificationChannels.filter(
        (name) => channels.includes(name) && preferenceEvents.some((event) => events[event]?.[name] !== undefined),
      )
    }),
    async load(): Promise<void> {
      error.value = null
      try {
        stored.value = await api.get('/notifications/preferences', Preferences)
        shown.value = stored.value
      } catch (cause) {
        error.value = cause
      }
    },
    /** Rejects with ApiError. */
    change,
    /** Rejects with ApiError. */
    async choose(event: PreferenceEvent, channel: NotificationChannelName, on: boolean): Promise<void> {
      const events = shown.value?.events ?? {}
      await change({ events: { ...events, [event]: { ...events[event], [channel]: on } } })
    },
  }
})
