import type { Identity } from './sessions.ts'

/** What the broker and the bridge need of devices. The feature `devices` provides it. */
export interface DeviceRegistry {
  /** `session`: the client id of the device's persistent MQTT session, or null. */
  list(): Promise<{ id: string; lastSeenAt: string | null; session: string | null }[]>
  /** Does nothing when the device does not exist. */
  saveSession(deviceId: string, session: string | null): Promise<void>
  /** Stores when the device last connected or disconnected (ISO 8601). Does nothing when the device does not exist. */
  seen(deviceId: string, at: string): Promise<void>
  /** The identity under which the device acts; null when it was revoked or its vendor is not active. */
  identityOf(deviceId: string): Promise<Identity | null>
}

/** The registry of a program without the feature `devices`. */
export const noDevices: DeviceRegistry = {
  list: async () => [],
  saveSession: async () => {},
  seen: async () => {},
  identityOf: async () => null,
}
