import { Broker, CreateDevice, DeviceList, NewDevice } from '#shared/devices.ts'
import type { DevicesService } from './devices.service.ts'
import { only, type Route } from '../../http/route.ts'

export interface DeviceDependencies {
  devices: DevicesService
  /** The port for MQTT over TCP, set once the broker listens. */
  mqttPort: () => number
  mqttTlsPort: () => number | null
}

export const deviceRoutes = ({ devices, mqttPort, mqttTlsPort }: DeviceDependencies): Route[] => [
  // The page shows a mosquitto_pub command that contains this port.
  only(
    ['admin', 'vendor', 'customer'],
    {
      method: 'get',
      path: '/mqtt',
      devices: true,
      tokens: 'any',
      link: 'read',
      summary: 'The ports of MQTT over TCP and over TLS',
      reply: { 200: Broker },
    },
    async () => ({
      status: 200,
      body: { port: mqttPort(), tlsPort: mqttTlsPort() },
    }),
  ),

  only(
    ['admin', 'vendor'],
    {
      method: 'post',
      path: '/devices',
      body: CreateDevice,
      summary: 'Creates a device of a vendor; no other response has its token',
      reply: { 201: NewDevice },
      errors: ['device_limit', 'unknown_vendor'],
    },
    async ({ identity, body }) => {
      const created = await devices.create(identity, body)
      const { id, vendorId } = created.device
      return { status: 201, body: created, log: { message: 'device token made', device: id, vendor: vendorId } }
    },
  ),

  only(
    ['admin', 'vendor'],
    { method: 'get', path: '/devices', summary: 'Devices; of a vendor, their own', reply: { 200: DeviceList } },
    async ({ identity }) => ({
      status: 200,
      body: { devices: await devices.list(identity) },
    }),
  ),

  only(
    ['admin', 'vendor'],
    {
      method: 'delete',
      path: '/devices/:id',
      summary: 'Revokes the token of a device',
      reply: { 204: null },
      errors: ['not_found'],
    },
    async ({ identity, param }) => {
      await devices.remove(identity, param('id'))
      return { status: 204, log: { message: 'device token revoked', device: param('id') } }
    },
  ),
]
