import type { Connection } from 'mongoose'
import { orderSchema, type OrderDocument } from './order-schema.ts'
import {
  deviceSchema,
  noteSchema,
  presenceSchema,
  serviceSchema,
  sessionSchema,
  userSchema,
  type DeviceDocument,
  type NoteDocument,
  type PresenceDocument,
  type ServiceDocument,
  type SessionDocument,
  type UserDocument,
} from './schemas.ts'

export type Models = ReturnType<typeof defineModels>

/** One collection a kind. */
export const defineModels = (connection: Connection) => ({
  users: connection.model<UserDocument>('User', userSchema, 'users'),
  sessions: connection.model<SessionDocument>('Session', sessionSchema, 'sessions'),
  services: connection.model<ServiceDocument>('Service', serviceSchema, 'services'),
  orders: connection.model<OrderDocument>('Order', orderSchema, 'orders'),
  presence: connection.model<PresenceDocument>('Presence', presenceSchema, 'presence'),
  devices: connection.model<DeviceDocument>('Device', deviceSchema, 'devices'),
  notes: connection.model<NoteDocument>('Note', noteSchema, 'notes'),
})
