import type { Store } from '../storage/store.ts'
import type { Identity } from './sessions.ts'

/** Whether what somebody was let in for still stands: they themselves, and their session or their device. Asks the store. */
export function createRevalidate(store: Pick<Store, 'users' | 'devices'>) {
  return async ({ id, role, sessionId, deviceId }: Identity): Promise<boolean> => {
    const user = await (sessionId === null ? store.users.byId(id) : store.users.inSession(id, sessionId))
    if (!user?.active || user.role !== role) return false
    return deviceId === null || (await store.devices.byId(deviceId)) !== null
  }
}
