import { signal } from '@preact/signals-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type * as z from 'zod/mini'
import type { Vendor, VendorStatusEvent } from '#shared/presence.ts'
import { at, fakeTimers, settled } from '../testing/orders.ts'
import { offlineError } from './api-error.ts'
import { createOrders } from './orders.ts'
import { createVendors } from './vendors.ts'

const vendor = (id: string): Vendor => ({
  id,
  name: id,
  status: 'offline',
  since: at(0),
  lastSeenAt: null,
  activeOrders: 0,
})

const online = (vendorId: string): VendorStatusEvent => ({ vendorId, name: vendorId, status: 'online', at: at(1) })

/** A server that answers when the test says so. */
function setUp() {
  const requests: { answer(...ids: string[]): Promise<void>; fail(): Promise<void> }[] = []
  const presence = signal<ReadonlyMap<string, VendorStatusEvent>>(new Map())
  const timers = fakeTimers()
  const get = <S extends z.ZodMiniType>(_path: string, schema: S): Promise<z.infer<S>> =>
    new Promise((resolve, reject) =>
      requests.push({
        answer: (...ids) => (resolve(schema.parse({ vendors: ids.map(vendor) })), settled()),
        fail: () => (reject(offlineError()), settled()),
      }),
    )
  const vendors = createVendors(
    { api: { get }, orders: createOrders(), presence, caughtUp: signal(0) },
    timers.setTimer,
  )
  return {
    vendors,
    requests,
    timers,
    arrive: (event: VendorStatusEvent) => void (presence.value = new Map(presence.peek()).set(event.vendorId, event)),
    shown: () => vendors.all.value?.map(({ id, status }) => `${id} ${status}`),
  }
}

test('a list that was read before a vendor was activated is read again, and only once', async () => {
  const { vendors, requests, arrive, shown } = setUp()
  await requests[0]?.answer('ana', 'ben')
  void vendors.load()
  arrive(online('ben'))
  assert.is(requests.length, 2)
  await requests[1]?.answer('ana')
  assert.is(requests.length, 3)
  await requests[2]?.answer('ana', 'ben')
  assert.equal(shown(), ['ben online', 'ana offline'])
  void vendors.load()
  await requests[3]?.answer('ana')
  assert.is(requests.length, 4, 'ben was deactivated: no event of his has come since')
})

test('a list that could not be read is read again, until the model stops', async () => {
  const { vendors, requests, timers, shown } = setUp()
  await requests[0]?.fail()
  assert.ok(vendors.failed.value)
  timers.pass()
  await requests[1]?.answer('ana')
  assert.equal([shown(), vendors.failed.value], [['ana offline'], false])
  void vendors.load()
  await requests[2]?.fail()
  vendors.stop()
  timers.pass()
  assert.is(requests.length, 3)
})

test('an older list does not replace a newer one', async () => {
  const { vendors, requests, shown } = setUp()
  void vendors.load()
  await requests[1]?.answer('ana', 'ben')
  await requests[0]?.answer('ana')
  assert.equal(shown(), ['ana offline', 'ben offline'])
})

test.run()
