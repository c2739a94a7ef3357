import type { Store } from '../storage/store.ts'
import type { Identity } from './sessions.ts'

/** Whether what somebody was let in for still stands: they themselves, and their session or their device. Asks the store. */
export function createStillGood(store: Pick<Store, 'users' | 'sessions' | 'devices'>) {
  return async ({ id, role, sessionId, deviceId }: Identity): Promise<boolean> => {
    const user = await store.users.byId(id)
    if (!user?.active || user.role !== role) return false
    if (sessionId !== null) return (await store.sessions.byId(sessionId)) !== null
    return deviceId === null || (await store.devices.byId(deviceId)) !== null
  }
}
