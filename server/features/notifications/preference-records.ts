import type { PageLocale } from '#shared/locale.ts'
import type { ChangePreferences, QuietHours } from '#shared/notification-preferences.ts'
import { defineRecords, json, nullable, text, type RecordOf } from '../../storage/records.ts'
import { DuplicateError, type Store } from '../../storage/store.ts'

/** `events`: what the person has chosen. `pageLocale`: of the page that the person opened last. */
export const preferenceRecords = defineRecords({
  name: 'notification_preferences',
  key: 'userId',
  fields: {
    userId: text(),
    events: json<ChangePreferences['events']>(),
    quietHours: nullable(json<QuietHours>()),
    pageLocale: nullable(json<PageLocale>()),
  },
  indexes: {},
})

export type PreferenceRecord = RecordOf<typeof preferenceRecords>

export type PreferenceStore = ReturnType<typeof createPreferenceStore>

const nothingChosen = { events: {}, quietHours: null, pageLocale: null }

export function createPreferenceStore({ collection }: Pick<Store, 'collection'>) {
  const preferences = collection(preferenceRecords)
  const unknown = (userId: string): PreferenceRecord => ({ userId, ...nothingChosen })
  return {
    async of(userId: string): Promise<PreferenceRecord> {
      return (await preferences.get(userId)) ?? unknown(userId)
    },

    async ofMany(userIds: readonly string[]): Promise<ReadonlyMap<string, PreferenceRecord>> {
      const found = await preferences.getMany(userIds)
      return new Map(found.map((record) => [record.userId, record]))
    },

    async change(userId: string, change: Partial<Omit<PreferenceRecord, 'userId'>>): Promise<PreferenceRecord> {
      const changed = await preferences.change(userId, change)
      if (changed) return changed
      const created = { ...unknown(userId), ...change }
      try {
        await preferences.create(created)
        return created
      } catch (error) {
        if (!(error instanceof DuplicateError)) throw error
        return (await preferences.change(userId, change)) ?? created
      }
    },
  }
}
