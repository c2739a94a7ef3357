import { computed, createModel, signal } from '@preact/signals'
import { Broker, DeviceList, NewDevice, type CreateDevice, type Device } from '#shared/devices.ts'
import { topics } from '#shared/topics.ts'
import type { Api } from '../../live/api.ts'
import { messageOf } from '../session/api-error.ts'
import { slugOf } from './own-tracks.ts'

export type DevicesModel = InstanceType<typeof DevicesModel>

/** A vendor's devices. `issued`: the device just created, with its token, which is shown only now. */
export const DevicesModel = createModel((api: Pick<Api, 'get' | 'post' | 'remove'>) => {
  const devices = signal<readonly Device[] | null>(null)
  const broker = signal<Broker>({ port: 1883, tlsPort: null })
  const error = signal<unknown>(null)
  const issued = signal<NewDevice | null>(null)

  return {
    devices: computed(() => devices.value),
    broker: computed(() => broker.value),
    /** Why the list could not be read; null when it could. */
    error: computed(() => (error.value === null ? null : messageOf(error.value))),
    issued,
    async load(): Promise<void> {
      error.value = null
      try {
        const [list, ports] = await Promise.all([api.get('/devices', DeviceList), api.get('/mqtt', Broker)])
        broker.value = ports
        devices.value = list.devices
      } catch (cause) {
        error.value = cause
      }
    },
    /** Rejects with ApiError: the form shows it. */
    async create(input: CreateDevice): Promise<void> {
      const created = await api.post('/devices', NewDevice, input)
      devices.value = [...(devices.peek() ?? []), created.device].sort((a, b) => a.name.localeCompare(b.name))
      issued.value = created
    },
    /** Its connections close and its token is refused from then on. Rejects with ApiError. */
    async revoke(id: string): Promise<void> {
      await api.remove(`/devices/${encodeURIComponent(id)}`)
      devices.value = (devices.peek() ?? []).filter((device) => device.id !== id)
      if (issued.peek()?.device.id === id) issued.value = null
    },
  }
})

interface Line {
  /** The key of its text in `deviceCommands` of the dictionary. */
  purpose: 'online' | 'accept' | 'listen'
  line: string
}

/** Command lines of the mosquitto tools for a device. */
export function mosquittoLines(to: {
  host: string
  port: number
  name: string
  token: string
  vendorId: string
}): Line[] {
  const login = `-h ${to.host} -p ${to.port} -u ${slugOf(to.name)} -P '${to.token}' -q 1`
  return [
    { purpose: 'online', line: `mosquitto_pub ${login} -t ${topics.vendorStatus} -m online` },
    { purpose: 'accept', line: `mosquitto_pub ${login} -t ${topics.orderStatus('ORDER_ID')} -m accepted` },
    {
      purpose: 'listen',
      line: `mosquitto_sub ${login} -t ${topics.ordersNew} -t ${topics.ordersUpdate} -t ${topics.replies(to.vendorId)} -v`,
    },
  ]
}
