import type { Store } from '../storage/store.ts'
import type { Identity } from './sessions.ts'

/** Returns a check that an identity is still valid in the store: its user, and its session or device. */
export function createRevalidate(store: Pick<Store, 'users' | 'devices'>) {
  return async ({ id, role, sessionId, deviceId }: Identity): Promise<boolean> => {
    const user = await (sessionId === null ? store.users.byId(id) : store.users.inSession(id, sessionId))
    if (!user?.active || user.role !== role) return false
    return deviceId === null || (await store.devices.byId(deviceId)) !== null
  }
}
