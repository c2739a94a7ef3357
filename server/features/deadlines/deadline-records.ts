import type { DeadlineKind } from '#shared/deadlines.ts'
import { defineRecords, integer, text, type RecordOf } from '../../storage/records.ts'
import { DuplicateError, type Store } from '../../storage/store.ts'

/** `waiting`: not told yet. `late`: told, and in the list of alerts until it is `acknowledged`. */
type DeadlineState = 'waiting' | 'late' | 'acknowledged'

/**
 * The deadline that an order has now: it has one at a time. `version`: of the order from which the record was made, so that
 * an older one does not replace it. `begun`: the version with which the order began to wait.
 */
export const deadlineRecords = defineRecords({
  name: 'deadlines',
  key: 'orderId',
  fields: {
    orderId: text(),
    number: text(),
    kind: text<DeadlineKind>(),
    begun: integer(),
    version: integer(),
    dueAt: text(),
    state: text<DeadlineState>(),
  },
  indexes: { byState: ['state', 'dueAt'] },
})

export type DeadlineRecord = RecordOf<typeof deadlineRecords>

export type DeadlineStore = ReturnType<typeof createDeadlineStore>

const pageSize = 100

export function createDeadlineStore({ collection }: Pick<Store, 'collection'>) {
  const deadlines = collection(deadlineRecords)

  /** Page after page, as they are stored when each is read. */
  async function* pages(where: Partial<DeadlineRecord>, index?: 'byState') {
    let after: DeadlineRecord | undefined
    do {
      const page = await deadlines.list({ index, where, after, limit: pageSize })
      yield* page
      after = page.at(-1)
    } while (after)
  }

  return {
    get: deadlines.get,
    /** False when the order has a deadline already. */
    async create(record: DeadlineRecord): Promise<boolean> {
      try {
        await deadlines.create(record)
        return true
      } catch (error) {
        if (error instanceof DuplicateError) return false
        throw error
      }
    },
    /** Whether it was still as it was read. */
    replace: async ({ orderId, version, state, dueAt }: DeadlineRecord, by: DeadlineRecord): Promise<boolean> =>
      (await deadlines.change(orderId, by, { version, state, dueAt })) !== null,
    remove: ({ orderId, version, state, dueAt }: DeadlineRecord): Promise<boolean> =>
      deadlines.delete(orderId, { version, state, dueAt }),
    /** Marks it as told, if it is still as it was read. */
    told: ({ orderId, kind, dueAt }: DeadlineRecord): Promise<DeadlineRecord | null> =>
      deadlines.change(orderId, { state: 'late' }, { kind, dueAt, state: 'waiting' }),
    acknowledge: (orderId: string, kind: DeadlineKind): Promise<DeadlineRecord | null> =>
      deadlines.change(orderId, { state: 'acknowledged' }, { kind, state: 'late' }),
    all: () => pages({}),
    /** The earliest first. */
    waiting: () => pages({ state: 'waiting' }, 'byState'),
    /** The latest order first. */
    late: (): Promise<DeadlineRecord[]> => deadlines.list({ index: 'byState', where: { state: 'late' } }),
  }
}
