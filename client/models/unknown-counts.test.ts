import { closePage } from '../testing/dom.ts'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Role } from '#shared/actors.ts'
import { anOrder, settled } from '../testing/orders.ts'
import { someLists, someWorkspace } from '../testing/workspace.ts'
import { AdminModel } from './admin/admin.ts'
import { offlineError } from './session/api-error.ts'
import { minutesFor, VendorModel } from './vendor/vendor.ts'

test.after(closePage)

/** A workspace whose requests fail until the network is `on`. */
function setUp(role: Role) {
  const network = { on: false }
  const workspace = someWorkspace(role, {
    get: async (_path, schema) => {
      if (!network.on) throw offlineError()
      return schema.parse(someLists)
    },
  })
  return { network, workspace }
}

test('a vendor’s counts are unknown, not 0, until their lists are read', async () => {
  const { workspace, network } = setUp('vendor')
  const model = new VendorModel(workspace)
  const counts = () => [model.offerCount.value, model.jobCount.value]
  assert.equal(counts(), [undefined, undefined])
  await settled()
  assert.equal(counts(), [undefined, undefined], 'the lists could not be read')
  // A job that is stored on this device is shown and counted.
  workspace.orders.apply(anOrder({ status: 'accepted', vendor: { id: 'me', name: 'Me' } }))
  assert.equal(counts(), [undefined, 1])
  network.on = true
  await Promise.all([model.feed.load(), model.jobsFeed.load()])
  assert.equal(counts(), [0, 1])
  model[Symbol.dispose]()
})

test('an admin’s counts are unknown until the lists of open and of today’s orders are read', async () => {
  const { workspace, network } = setUp('admin')
  const failing = new AdminModel(workspace)
  await settled()
  assert.is(failing.board.counted.value, false)
  failing[Symbol.dispose]()
  network.on = true
  const model = new AdminModel(workspace)
  assert.is(model.board.counted.value, false)
  await settled()
  assert.is(model.board.counted.value, true)
  model[Symbol.dispose]()
})

test('after a start without a network a job shows how long it takes', async () => {
  const job = anOrder({ items: [{ serviceId: 's1', name: 'Boiler service', quantity: 2, unitPrice: 9500 }] })
  const online = setUp('vendor')
  online.network.on = true
  const before = new VendorModel(online.workspace)
  await settled()
  const shown = minutesFor(job, before.catalogue.services.value)
  assert.is(shown, 180)
  before[Symbol.dispose]()

  const after = new VendorModel(setUp('vendor').workspace)
  await settled()
  assert.is(after.catalogue.services.value, null)
  assert.is(minutesFor(job, after.catalogue.services.value), shown)
  after[Symbol.dispose]()
})

test.run()
