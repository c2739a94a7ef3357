import { DuplicateError } from '../store.ts'
import { isDuplicate } from './errors.ts'

type Field = DuplicateError['field']

const fieldOf: Record<string, Field> = { _id: 'id', email: 'email', number: 'number', slot: 'idempotencyKey' }

/** Resolves to whether a value is there already, for each that may be taken. */
export type Probes = Partial<Record<Field, () => PromiseLike<unknown>>>

/**
 * Does a write that may meet a unique value which is taken: then it rejects with a DuplicateError. MongoDB says which
 * (`keyPattern`); FerretDB does not, and is asked for each.
 */
export async function unlessTaken<T>(write: PromiseLike<T>, probes: Probes): Promise<T> {
  try {
    return await write
  } catch (error) {
    if (!isDuplicate(error)) throw error
    throw new DuplicateError(namedIn(error.keyPattern) ?? (await found(probes)) ?? 'id')
  }
}

function namedIn(keyPattern: unknown): Field | undefined {
  const [path = ''] = typeof keyPattern === 'object' && keyPattern !== null ? Object.keys(keyPattern) : []
  return fieldOf[path]
}

async function found(probes: Probes): Promise<Field | undefined> {
  for (const field of ['id', 'email', 'idempotencyKey', 'number'] as const) {
    if (await probes[field]?.()) return field
  }
  return undefined
}
