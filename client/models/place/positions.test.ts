import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type * as z from 'zod/mini'
import { createPositions } from './positions.ts'

const test = suite('positions')

/** Answers every request with `answer`, and fails without one. */
function positionsWith(answer: unknown) {
  return createPositions({
    async get<S extends z.ZodMiniType>(_path: string, schema: S): Promise<z.infer<S>> {
      if (answer === undefined) throw new Error('no network')
      return schema.parse(answer)
    },
  })
}
const at = (second: number) => `2026-03-02T08:00:0${second}.000Z`
const place = (second: number) => ({ lat: second, lng: 0, accuracy: null, at: at(second) })
const eta = { from: at(3), to: at(9) }

test('a position that was heard is not replaced by an older one, heard or read', async () => {
  const positions = positionsWith({ position: place(2), eta })
  positions.tracked({ orderId: 'o1', ...place(5) })
  positions.tracked({ orderId: 'o1', ...place(3), eta })
  assert.equal(positions.ofOrders.value.get('o1'), { position: place(5), eta: null })
  await positions.loadOf('o1')
  assert.equal(positions.ofOrders.value.get('o1'), { position: place(5), eta })
})

test('after the arrival nothing is left, and without an answer everything is', async () => {
  const arrived = positionsWith({ position: null, eta: null })
  arrived.tracked({ orderId: 'o1', ...place(5), eta })
  await arrived.loadOf('o1')
  assert.equal(arrived.ofOrders.value.get('o1'), { position: null, eta: null })
  const offline = positionsWith(undefined)
  offline.tracked({ orderId: 'o1', ...place(5), eta })
  await offline.loadOf('o1')
  assert.equal(offline.ofOrders.value.get('o1'), { position: place(5), eta })
})

test('the positions of all vendors: read ones, and newer ones that were heard', async () => {
  const positions = positionsWith({
    positions: [
      { vendorId: 'ana', ...place(1) },
      { vendorId: 'ben', ...place(2) },
    ],
  })
  positions.located({ vendorId: 'ben', ...place(4) })
  positions.located({ vendorId: 'ben', ...place(3) })
  await positions.loadAll()
  assert.equal(
    [...positions.ofVendors.value.values()].map(({ vendorId, lat }) => [vendorId, lat]),
    [
      ['ana', 1],
      ['ben', 4],
    ],
  )
})

test.run()
