import { TrackingSettings } from '#shared/tracking.ts'
import type { Store } from '../../storage/store.ts'

const name = 'tracking settings'

/** A link is passed on more easily than a password: what changes the order is allowed by an admin only. */
const initial: TrackingSettings = { change: false, cancel: false, message: true, rate: true }

export type TrackingSettingsStore = ReturnType<typeof createTrackingSettings>

/** What holders of links may do. Every node reads it with each request, so that a change is in effect at once. */
export function createTrackingSettings({ keyValue }: Pick<Store, 'keyValue'>) {
  return {
    async read(): Promise<TrackingSettings> {
      const stored = await keyValue.get(name)
      return stored === null ? initial : TrackingSettings.parse(JSON.parse(stored))
    },
    write: (settings: TrackingSettings): Promise<void> => keyValue.put(name, JSON.stringify(settings)),
  }
}
