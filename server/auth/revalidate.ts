import type { Store } from '../storage/store.ts'
import type { DeviceRegistry } from './device-registry.ts'
import type { Identity } from './sessions.ts'

export interface RevalidateDependencies {
  store: Pick<Store, 'users'>
  devices: Pick<DeviceRegistry, 'identityOf'>
}

/** Whether the user is still active and the session, or the device, still exists. Queries the store. */
export function createRevalidate({ store, devices }: RevalidateDependencies) {
  return async ({ id, role, sessionId, deviceId }: Identity): Promise<boolean> => {
    if (deviceId !== null) return (await devices.identityOf(deviceId))?.id === id
    if (sessionId === null) return false
    const user = await store.users.inSession(id, sessionId)
    return user?.active === true && user.role === role
  }
}
