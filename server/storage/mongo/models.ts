import type { Connection } from 'mongoose'
import { orderSchema, type OrderDocument } from './order-schema.ts'
import {
  adminRegisterSchema,
  sessionSchema,
  userSchema,
  type AdminRegisterDocument,
  type SessionDocument,
  type UserDocument,
} from './schemas.ts'

export type Models = ReturnType<typeof defineModels>

/** The collections whose queries are hand-written; the others follow from their definitions (record-collection.ts). */
export const defineModels = (connection: Connection) => ({
  users: connection.model<UserDocument>('User', userSchema, 'users'),
  adminRegister: connection.model<AdminRegisterDocument>('AdminRegister', adminRegisterSchema, 'adminregister'),
  sessions: connection.model<SessionDocument>('Session', sessionSchema, 'sessions'),
  orders: connection.model<OrderDocument>('Order', orderSchema, 'orders'),
})
