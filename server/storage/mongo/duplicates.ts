import { DuplicateError } from '../store.ts'
import { isDuplicate } from './errors.ts'

/** Fields that are stored under another name. */
type StoredNames = Readonly<Record<string, string>>

const coreNames: StoredNames = { _id: 'id', slot: 'idempotencyKey' }

/** For each unique field, in the order in which they are tried: resolves to a document that has the value already. */
export type Probes = Readonly<Record<string, () => PromiseLike<unknown>>>

/**
 * Rejects with a DuplicateError when another record has a unique value of the write. MongoDB names the field
 * (`keyPattern`); FerretDB does not, so each probe is run until one finds it.
 */
export async function mapDuplicate<T>(write: PromiseLike<T>, probes: Probes, names = coreNames): Promise<T> {
  try {
    return await write
  } catch (error) {
    if (!isDuplicate(error)) throw error
    throw new DuplicateError(fieldIn(error.keyPattern, names) ?? (await takenField(probes)) ?? names._id ?? 'id')
  }
}

function fieldIn(keyPattern: unknown, names: StoredNames): string | undefined {
  const [path] = typeof keyPattern === 'object' && keyPattern !== null ? Object.keys(keyPattern) : []
  return path === undefined ? undefined : (names[path] ?? path)
}

async function takenField(probes: Probes): Promise<string | undefined> {
  for (const [field, probe] of Object.entries(probes)) {
    if (await probe()) return field
  }
  return undefined
}
