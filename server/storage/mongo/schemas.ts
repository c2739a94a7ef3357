import { Schema, type SchemaDefinition } from 'mongoose'
import type { SessionRecord, UserRecord } from '../store.ts'

/** A record as a document: its id is the `_id`. */
export type Stored<Record extends { id: string }> = Omit<Record, 'id'> & { _id: string }

export type UserDocument = Stored<UserRecord>
export type SessionDocument = Stored<SessionRecord>

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
})
  .index({ userId: 1 })
  .index({ expiresAt: 1 })
