import * as z from 'zod/mini'
import { id, name, timestamp } from './fields.ts'

/** A program that acts for one vendor with its own token: a tablet, a button, a script. */
export const Device = z.object({
  id,
  name: z.string(),
  vendorId: id,
  createdAt: timestamp,
  /** When it last connected or disconnected; null for one that never did. */
  lastSeenAt: z.nullable(timestamp),
})
export type Device = z.infer<typeof Device>

export const DeviceList = z.object({ devices: z.array(Device) })
export type DeviceList = z.infer<typeof DeviceList>

/** Where programs connect: the ports of MQTT over TCP, and over TLS if there is one. */
export const Broker = z.object({ port: z.int(), tlsPort: z.nullable(z.int()) })
export type Broker = z.infer<typeof Broker>

/** The response to a new device. No other response holds the token. */
export const NewDevice = z.object({ device: Device, token: z.string() })
export type NewDevice = z.infer<typeof NewDevice>

/** `vendorId`: required from an admin; a vendor may only name themselves. */
export const CreateDevice = z.strictObject({ name: name(60), vendorId: z.optional(id) })
export type CreateDevice = z.infer<typeof CreateDevice>
