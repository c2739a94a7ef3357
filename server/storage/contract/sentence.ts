import * as assert from 'uvu/assert'
import type { Clock } from '../../clock.ts'
import { DuplicateError, type OrderRecord, type Store } from '../store.ts'

/** A time that moves when told to. */
export interface HandClock extends Clock {
  ms: number
}

/** Registers one sentence about the port: run on an empty store of its own. */
export type Sentence = (sentence: string, run: (store: Store, clock: HandClock) => Promise<void>) => void

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
