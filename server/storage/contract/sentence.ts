import * as assert from 'uvu/assert'
import { DuplicateError, type OrderRecord, type Store } from '../store.ts'

/** The time of the store under test. */
export interface Time {
  /** What was written so far becomes so many ms older. Cursors taken before are not to be used after. */
  pass(ms: number): Promise<void>
  /** So many ms go by amid whatever else is going on; nothing at all where time goes by of itself. */
  goOn(ms: number): void
}

/** Registers one sentence about the port: run on an empty store of its own. */
export type Sentence = (sentence: string, run: (store: Store, time: Time) => Promise<void>) => void

/** Fails unless `work` is refused for the value of `field` being there already. */
export async function refusesDuplicate(field: DuplicateError['field'], work: Promise<unknown>) {
  const reason = await work.then(
    () => assert.unreachable(`a second ${field} was taken`),
    (error: unknown) => error,
  )
  assert.instance(reason, DuplicateError)
  assert.is(reason instanceof DuplicateError && reason.field, field)
}

/** The order as its next version, changed as given. */
export const nextOf = (order: OrderRecord, change: Partial<OrderRecord> = {}): OrderRecord => ({
  ...order,
  ...change,
  version: order.version + 1,
})

export const bob = { id: 'bob', name: 'Bob Stone' }

/** The order as taken by a vendor. */
export const claimedBy = (order: OrderRecord, vendor = bob) => nextOf(order, { status: 'accepted', vendor })
