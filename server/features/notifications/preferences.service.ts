import type { Actor } from '#shared/actors.ts'
import {
  defaultPreferences,
  isToldByDefault,
  notificationChannels,
  preferenceEvents,
  type ChangePreferences,
  type NotificationChannelName,
  type PreferenceEvent,
  type Preferences,
} from '#shared/notification-preferences.ts'
import type { PageLocale } from '#shared/locale.ts'
import type { Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import type { PreferenceRecord, PreferenceStore } from './preference-records.ts'
import { isQuiet } from './quiet-hours.ts'

export interface PreferencesDependencies {
  preferences: PreferenceStore
  /** The channels that this server has. */
  channels: readonly NotificationChannelName[]
  /** The language of e-mails that a person has chosen; null for that of the page. */
  languageOf(userId: string): Promise<string | null>
  clock: Pick<Clock, 'now'>
}

export type PreferencesService = ReturnType<typeof createPreferencesService>

/** Who wants to be told of what, and how. */
export function createPreferencesService({ preferences, channels, languageOf, clock }: PreferencesDependencies) {
  function wants(chosen: PreferenceRecord | undefined, event: PreferenceEvent, channel: NotificationChannelName) {
    // Other channels make no sound, so quiet hours do not concern them.
    if (channel === 'push' && isQuiet(chosen?.quietHours ?? null, clock.now())) return false
    return chosen?.events[event]?.[channel] ?? isToldByDefault(event, channel)
  }

  function present({ role }: Pick<Actor, 'role'>, { events, quietHours }: PreferenceRecord): Preferences {
    const all: Preferences['events'] = defaultPreferences(role)
    for (const event of preferenceEvents) if (all[event]) all[event] = { ...all[event], ...events[event] }
    return { channels: [...channels], events: all, quietHours }
  }

  return {
    /** Those whose recipients want them on this channel, now. */
    async wanted<Told extends { userId: string; event: PreferenceEvent }>(
      channel: NotificationChannelName,
      told: readonly Told[],
    ): Promise<Told[]> {
      if (told.length === 0) return []
      const chosen = await preferences.ofMany([...new Set(told.map(({ userId }) => userId))])
      return told.filter(({ userId, event }) => wants(chosen.get(userId), event, channel))
    },

    /** What e-mails to this person are written in. */
    async localeOf(userId: string): Promise<PageLocale> {
      const [language, { pageLocale }] = await Promise.all([languageOf(userId), preferences.of(userId)])
      return { language: language ?? pageLocale?.language ?? 'en', timeZone: pageLocale?.timeZone ?? 'UTC' }
    },

    read: async (person: Pick<Actor, 'id' | 'role'>): Promise<Preferences> =>
      present(person, await preferences.of(person.id)),

    /** Throws invalid_request for an event or a channel that the person's role does not have. */
    async change(person: Pick<Actor, 'id' | 'role'>, change: ChangePreferences): Promise<Preferences> {
      const known = defaultPreferences(person.role)
      for (const event of preferenceEvents) {
        const chosen = change.events[event]
        const channel = notificationChannels.find(
          (name) => chosen?.[name] !== undefined && known[event]?.[name] === undefined,
        )
        if (channel === undefined) continue
        const path = `events.${event}.${channel}`
        const message = 'There is no such notification for this role'
        throw new DomainError('invalid_request', `${path}: ${message}`, { errors: [{ path, message }] })
      }
      return present(person, await preferences.change(person.id, change))
    },

    async pageShown({ id }: Pick<Actor, 'id'>, pageLocale: PageLocale): Promise<void> {
      await preferences.change(id, { pageLocale })
    },

    /** Sends the person no more e-mail about orders. */
    async unsubscribe({ id, role }: Pick<Actor, 'id' | 'role'>): Promise<void> {
      const { events } = await preferences.of(id)
      const changed = { ...events }
      const known = defaultPreferences(role)
      for (const event of preferenceEvents) {
        if (known[event]?.email !== undefined) changed[event] = { ...changed[event], email: false }
      }
      await preferences.change(id, { events: changed })
    },
  }
}
