import { CreateDevice } from '#shared/devices.ts'
import type { DevicesService } from './devices.service.ts'
import { only, type Route } from '../../http/route.ts'

export interface DeviceDependencies {
  devices: DevicesService
  /** The port for MQTT over TCP, set once the broker listens. */
  mqttPort: () => number
}

export const deviceRoutes = ({ devices, mqttPort }: DeviceDependencies): Route[] => [
  // The page shows a mosquitto_pub command that contains this port.
  only(['admin', 'vendor', 'customer'], { method: 'get', path: '/mqtt', devices: true, tokens: 'any' }, async () => ({
    status: 200,
    body: { port: mqttPort() },
  })),

  only(['admin', 'vendor'], { method: 'post', path: '/devices', body: CreateDevice }, async ({ identity, body }) => {
    const created = await devices.create(identity, body)
    const { id, vendorId } = created.device
    return { status: 201, body: created, log: { message: 'device token made', device: id, vendor: vendorId } }
  }),

  only(['admin', 'vendor'], { method: 'get', path: '/devices' }, async ({ identity }) => ({
    status: 200,
    body: { devices: await devices.list(identity) },
  })),

  only(['admin', 'vendor'], { method: 'delete', path: '/devices/:id' }, async ({ identity, param }) => {
    await devices.remove(identity, param('id'))
    return { status: 204, log: { message: 'device token revoked', device: param('id') } }
  }),
]
