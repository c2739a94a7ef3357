import { Schema, type SchemaDefinition } from 'mongoose'
import type { SessionRecord, UserRecord } from '../store.ts'

/** A record as a document: its id is the `_id`. */
export type Stored<Record extends { id: string }> = Omit<Record, 'id'> & { _id: string }

/** `activation`: another text each time the user is activated; missing until the first time (deactivation.ts). */
export type UserDocument = Stored<UserRecord> & { activation?: string }
export type SessionDocument = Stored<SessionRecord>

/** One document: the deactivations of admins (deactivation.ts). Each entry is an admin's id and `activation`. */
export interface AdminRegisterDocument {
  _id: string
  revision: number
  entries: string[]
}

/** A field that is not in the schema is an error, in writes and in filters. */
export function schemaOf<Document>(definition: SchemaDefinition<Document>) {
  return new Schema<Document>(definition, {
    strict: 'throw',
    strictQuery: 'throw',
    versionKey: false,
    id: false,
    minimize: false,
    // Indexes or the first document create the collection.
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
  activation: String,
})
  .index({ email: 1 }, { unique: true })
  .index({ role: 1, name: 1, _id: 1 })
  .index({ name: 1, _id: 1 })

export const sessionSchema = schemaOf<SessionDocument>({
  _id: String,
  userId: String,
  secretHash: String,
  previousHash: String,
  rotatedAt: String,
  createdAt: String,
  expiresAt: String,
  userAgent: String,
})
  .index({ userId: 1 })
  .index({ expiresAt: 1 })

export const adminRegisterSchema = schemaOf<AdminRegisterDocument>({ _id: String, revision: Number, entries: [String] })
