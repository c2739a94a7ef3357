import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { anOrder } from '../../testing/records.ts'
import { createOrderPayloads } from './order-payloads.ts'

const test = suite('order payloads')

const admin = { id: 'boss', role: 'admin' } as const
const vendor = { id: 'ana', role: 'vendor' } as const

/** How often `work` calls JSON.stringify. */
function serialisations(work: () => void): number {
  const { stringify } = JSON
  let count = 0
  JSON.stringify = (value: unknown) => (count++, stringify(value))
  try {
    work()
  } finally {
    JSON.stringify = stringify
  }
  return count
}

test('an order is serialised once per view that is read, and not at all without a reader', () => {
  const payloads = createOrderPayloads()
  let payload: Buffer = Buffer.alloc(0)
  assert.is(
    serialisations(() => void (payload = payloads.create(anOrder()))),
    0,
  )
  const read = () => {
    for (let n = 0; n < 3; n++) {
      payloads.payloadFor(admin, payload)
      payloads.payloadFor(vendor, payload)
    }
  }
  assert.is(serialisations(read), 2)
  assert.is(payloads.payloadFor(admin, payload), payloads.payloadFor({ id: 'other', role: 'admin' }, payload))
  assert.is(payloads.payloadFor({ id: 'tom', role: 'customer' }, payload), null)
})

test('another node reads the order and its `since` from the serialised bytes, which are made once', () => {
  const payloads = createOrderPayloads()
  const order = anOrder()
  const payload = payloads.create(order, order.createdAt)
  let bytes: Buffer = Buffer.alloc(0)
  const serialise = () => {
    bytes = payloads.serialise(payload)
    assert.is(payloads.serialise(payload), bytes)
  }
  assert.is(serialisations(serialise), 1)
  const other = createOrderPayloads()
  const adopted = other.adopt(Buffer.from(bytes))
  assert.equal(other.payloadFor(admin, adopted), payloads.payloadFor(admin, payload))
  assert.equal(JSON.parse(String(other.serialise(adopted))), JSON.parse(String(bytes)))
})

test('the size of a payload is that of its longest view, or its own length', () => {
  const payloads = createOrderPayloads()
  const payload = payloads.create(anOrder())
  assert.is(payloads.sizeOf(payload), payloads.payloadFor(admin, payload)?.length)
  assert.is(payloads.sizeOf(Buffer.from('four')), 4)
})

test.run()
