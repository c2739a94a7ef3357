import * as z from 'zod/mini'
import { id, text, timestamp } from './fields.ts'

/** A program that works for one vendor with a token of its own: a van's tablet, a button on a wall, a script. */
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

/** The answer to a new device: its token is shown here and never again. */
export const NewDevice = z.object({ device: Device, token: z.string() })
export type NewDevice = z.infer<typeof NewDevice>

/** `vendorId`: an admin says whose device it is; a vendor's devices are their own. */
export const CreateDevice = z.strictObject({ name: text(1, 60), vendorId: z.optional(id) })
export type CreateDevice = z.infer<typeof CreateDevice>
