import type { RecordCollection } from '../records.ts'
import type { BulkTable, OrderStore, SessionStore, UserStore } from '../store.ts'

/**
 * Where an operation of the embedded store runs: a read on the caller's thread, a write on the writer thread.
 * 'stamping': a write that sets the change timestamp of orders. 'deferrable': a write that no caller waits for; it goes
 * with the next request and shares its commit.
 */
export type OperationKind = 'read' | 'write' | 'stamping' | 'deferrable'

type Kinds<Part> = Record<keyof Part, OperationKind>

/** Every operation of each hand-written part: a missing or misspelt one does not compile. */
export const partOperations = {
  users: {
    create: 'write',
    byId: 'read',
    byEmail: 'read',
    inSession: 'read',
    list: 'read',
    change: 'write',
    deactivate: 'write',
  },
  sessions: {
    create: 'write',
    byId: 'read',
    listOf: 'read',
    rotate: 'write',
    end: 'write',
    endAllOf: 'write',
    sweep: 'write',
  },
  orders: {
    create: 'stamping',
    byIdempotencyKey: 'read',
    freeIdempotencyKey: 'write',
    byId: 'read',
    replace: 'stamping',
    remove: 'write',
    list: 'read',
    activeCounts: 'read',
    figures: 'read',
    syncCursor: 'read',
    changedSince: 'read',
    unpublished: 'read',
    markPublished: 'deferrable',
    refreshSearchTokens: 'write',
  },
} as const satisfies { users: Kinds<UserStore>; sessions: Kinds<SessionStore>; orders: Kinds<OrderStore> }

export type PartName = keyof typeof partOperations

export const collectionOperations = {
  create: 'write',
  put: 'write',
  get: 'read',
  getMany: 'read',
  list: 'read',
  change: 'write',
  delete: 'write',
  sweep: 'write',
} as const satisfies Kinds<RecordCollection<object>>

/** Orders are stamped anew. */
export const bulkOperations = {
  count: 'read',
  read: 'read',
  write: 'stamping',
} as const satisfies Kinds<BulkTable<unknown>>

/** The names and kinds of the operations that run on the writer thread. */
export const writesOf = (kinds: Readonly<Record<string, OperationKind>>) =>
  Object.entries(kinds).flatMap(([name, kind]) => (kind === 'read' ? [] : [{ name, kind }]))

/** The first part of the names that requests carry, for both ends of the port. */
export const bulkPath = (kind: string) => `bulk.${kind}`
export const collectionPath = (name: string) => `collection.${name}`
