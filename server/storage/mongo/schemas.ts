import { Schema, type SchemaDefinition } from 'mongoose'
import type { Service } from '#shared/catalogue.ts'
import type { DeviceRecord, PresenceRecord, SessionRecord, UserRecord } from '../store.ts'

/** A record as a document: its id is the `_id`. */
export type Stored<Record extends { id: string }> = Omit<Record, 'id'> & { _id: string }

export type UserDocument = Stored<UserRecord>
export type SessionDocument = Stored<SessionRecord>
export type ServiceDocument = Stored<Service>
export type DeviceDocument = Stored<DeviceRecord>
export type PresenceDocument = Omit<PresenceRecord, 'vendorId'> & { _id: string }
export interface NoteDocument {
  _id: string
  text: string
}

/** What no schema knows is an error, in what is written and in what is asked. */
export function schemaOf<Document>(definition: SchemaDefinition<Document>) {
  return new Schema<Document>(definition, {
    strict: 'throw',
    strictQuery: 'throw',
    versionKey: false,
    id: false,
    minimize: false,
    // A collection comes with its indexes or its first document.
    autoCreate: false,
  })
}

export const userSchema = schemaOf<UserDocument>({
  _id: String,
  name: String,
  email: String,
  role: String,
  active: Boolean,
  createdAt: String,
  passwordHash: String,
})
  .index({ email: 1 }, { unique: true })
  .index({ role: 1, name: 1, _id: 1 })
  .index({ name: 1, _id: 1 })

export const sessionSchema = schemaOf<SessionDocument>({
  _id: String,
  userId: String,
  secretHash: String,
  createdAt: String,
  expiresAt: String,
})
  .index({ userId: 1 })
  .index({ expiresAt: 1 })

export const serviceSchema = schemaOf<ServiceDocument>({
  _id: String,
  name: String,
  description: String,
  price: Number,
  currency: String,
  durationMinutes: Number,
  active: Boolean,
}).index({ name: 1, _id: 1 })

export const deviceSchema = schemaOf<DeviceDocument>({
  _id: String,
  name: String,
  vendorId: String,
  createdAt: String,
  lastSeenAt: String,
  secretHash: String,
  session: String,
})
  .index({ vendorId: 1, name: 1, _id: 1 })
  .index({ name: 1, _id: 1 })

export const presenceSchema = schemaOf<PresenceDocument>({
  _id: String,
  status: String,
  since: String,
  lastSeenAt: String,
  onBreak: Boolean,
})

export const noteSchema = schemaOf<NoteDocument>({ _id: String, text: String })
