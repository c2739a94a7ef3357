import * as assert from 'uvu/assert'
import { DuplicateError, type OrderRecord, type Store } from '../store.ts'

/** Changes the time of the store under test. */
export interface Time {
  /** Makes everything written so far this many ms older. Cursors taken before are invalid after. */
  pass(ms: number): Promise<void>
  /** Advances the clock amid other work; no effect on an adapter that reads the server's clock. */
  advance(ms: number): void
}

/** Registers a test of one rule of the port; it gets an empty store. */
export type RegisterTest = (rule: string, run: (store: Store, time: Time) => Promise<void>) => void

/** Fails unless `work` rejects with a DuplicateError of this field. */
export async function refusesDuplicate(field: DuplicateError['field'], work: Promise<unknown>) {
  const reason = await work.then(
    () => assert.unreachable(`a duplicate ${field} was accepted`),
    (error: unknown) => error,
  )
  assert.instance(reason, DuplicateError)
  assert.is(reason instanceof DuplicateError && reason.field, field)
}

/** The order as its next version, changed as given. */
export const nextVersionOf = (order: OrderRecord, change: Partial<OrderRecord> = {}): OrderRecord => ({
  ...order,
  ...change,
  version: order.version + 1,
})

export const bob = { id: 'bob', name: 'Bob Stone' }

/** The order as claimed by a vendor. */
export const claimedBy = (order: OrderRecord, vendor = bob) => nextVersionOf(order, { status: 'accepted', vendor })
