import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Actor } from '#shared/actors.ts'
import { Order } from '#shared/orders.ts'
import type { OpenJobs } from '#shared/users.ts'
import { DomainError } from '../lib/errors.ts'
import { z } from '../lib/zod.ts'
import { StillClock } from '../testing/clock.ts'
import { anOrder, aUser } from '../testing/records.ts'
import { emptyStore } from '../testing/store.ts'
import type { OrderRecord, Store, UserRecord } from '../storage/store.ts'
import { createCustomersService } from './customers.service.ts'
import { createHandOverService } from './hand-over.service.ts'
import { createOrdersService } from './orders.service.ts'
import { createUsersService } from './users.service.ts'

interface Context {
  store: Store
  close(): Promise<void>
  admin: UserRecord
  ana: UserRecord
  ben: UserRecord
}

const test = suite<Context>('hand-over of jobs')

test.before.each(async (context) => {
  const { store, close } = await emptyStore()
  const [admin, ana, ben] = [
    aUser({ role: 'admin', name: 'Ada' }),
    aUser({ role: 'vendor', name: 'Ana' }),
    aUser({ role: 'vendor', name: 'Ben' }),
  ]
  for (const user of [admin, ana, ben]) await store.users.create(user)
  Object.assign(context, { store, close, admin, ana, ben })
})
test.after.each(({ close }) => close())

/** The services of one node. `beforeWrite` runs once, before the node's next write of an order. */
function node(store: Store, { beforeWrite }: { beforeWrite?: () => Promise<unknown> } = {}) {
  const replace: Store['orders']['replace'] = async (...change) => {
    const work = beforeWrite
    beforeWrite = undefined
    await work?.()
    return store.orders.replace(...change)
  }
  const core = {
    store: { ...store, orders: { ...store.orders, replace } },
    events: { emit() {} },
    clock: new StillClock(),
  }
  const handOver = createHandOverService(core)
  const sessions = {
    open: () => Promise.reject(new Error('no session is opened here')),
    end: async () => {},
    endOthers: async () => {},
    endAllOf: async () => {},
  }
  const renames = { follow: () => Promise.reject(new Error('nothing is renamed here')) }
  const vendors = { vendorChanged: async () => {} }
  const users = createUsersService({ ...core, handOver, renames, sessions, vendors })
  const customers = createCustomersService({ ...core, country: 'DE' })
  return { handOver, users, orders: createOrdersService({ ...core, customers, handOver, currency: 'EUR' }) }
}

const jobOf = (vendor: UserRecord, status: OrderRecord['status']): OrderRecord => {
  const order = anOrder({ status, vendor: { id: vendor.id, name: vendor.name } })
  return { ...order, history: order.history.map((entry) => ({ ...entry, vendor: order.vendor })) }
}

async function jobsOf(store: Store, vendor: UserRecord) {
  const jobs = (['accepted', 'on_the_way', 'in_progress'] as const).map((status) => jobOf(vendor, status))
  for (const job of jobs) await store.orders.create(job)
  return jobs
}

async function stateOf(store: Store, { id }: Pick<OrderRecord, 'id'>) {
  const order = await store.orders.byId(id)
  return [order?.status, order?.vendor?.name ?? null]
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof DomainError ? error.code : error),
  )

const actor = ({ id, name, role }: UserRecord): Actor => ({ id, name, role })
const deactivate = (store: Store, admin: UserRecord, { id }: UserRecord, openJobs?: OpenJobs) =>
  node(store).users.change(actor(admin), id, { active: false, openJobs })

test('a vendor with open jobs is deactivated only with a choice of what becomes of them', async (context) => {
  const { store, admin, ana, ben } = context
  const jobs = await jobsOf(store, ana)
  await store.orders.create(jobOf(ana, 'completed'))
  await store.orders.create(jobOf(ben, 'accepted'))
  const refusal: unknown = await deactivate(store, admin, ana).catch((error: unknown) => error)
  assert.instance(refusal, DomainError)
  if (!(refusal instanceof DomainError)) return
  assert.is(refusal.code, 'vendor_has_jobs')
  const listed = z.array(Order).parse(refusal.more.orders)
  assert.equal(listed.map(({ id }) => id).sort(), jobs.map(({ id }) => id).sort())
  assert.is((await store.users.byId(ana.id))?.active, true)
  for (const reassignTo of [ana.id, admin.id, 'nothing'])
    assert.is(await codeOf(deactivate(store, admin, ana, { reassignTo })), 'unknown_vendor')
  assert.is((await store.users.byId(ana.id))?.active, true)
})

test('released jobs are pending again, in the admin’s name', async ({ store, admin, ana }) => {
  const jobs = await jobsOf(store, ana)
  const finished = jobOf(ana, 'completed')
  await store.orders.create(finished)
  await deactivate(store, admin, ana, 'release')
  for (const job of jobs) {
    assert.equal(await stateOf(store, job), ['pending', null])
    assert.equal((await store.orders.byId(job.id))?.history.at(-1)?.by, actor(admin))
  }
  assert.equal(await stateOf(store, finished), ['completed', 'Ana'])
  assert.equal(await store.departures.unfinished(), [])
})

test('reassigned jobs are accepted by the chosen vendor', async ({ store, admin, ana, ben }) => {
  const jobs = await jobsOf(store, ana)
  await deactivate(store, admin, ana, { reassignTo: ben.id })
  for (const job of jobs) {
    assert.equal(await stateOf(store, job), ['accepted', 'Ben'])
    assert.equal((await store.orders.byId(job.id))?.history.at(-1)?.assigned, { id: ben.id, name: 'Ben' })
  }
})

test('a claim that is stored after the vendor was deactivated is handed over', async ({ store, admin, ana }) => {
  const order = anOrder()
  await store.orders.create(order)
  const { orders } = node(store, { beforeWrite: () => deactivate(store, admin, ana) })
  assert.is(await codeOf(orders.changeStatus(actor(ana), order.id, { status: 'accepted' })), 'unauthenticated')
  assert.equal(await stateOf(store, order), ['pending', null])
})

test('an assignment that is stored after the vendor was deactivated follows the admin’s choice', async (context) => {
  const { store, admin, ana, ben } = context
  const order = anOrder()
  await store.orders.create(order)
  const { orders } = node(store, { beforeWrite: () => deactivate(store, admin, ana, { reassignTo: ben.id }) })
  assert.is(await codeOf(orders.assign(actor(admin), order.id, { vendorId: ana.id })), 'unknown_vendor')
  assert.equal(await stateOf(store, order), ['accepted', 'Ben'])
})

test('a step of the vendor between reading and writing a job does not keep the job', async ({ store, admin, ana }) => {
  const [job] = await jobsOf(store, ana)
  assert.ok(job)
  const setOff = () => node(store).orders.changeStatus(actor(ana), job?.id ?? '', { status: 'on_the_way' })
  const { users } = node(store, { beforeWrite: setOff })
  await users.change(actor(admin), ana.id, { active: false, openJobs: 'release' })
  assert.equal(await stateOf(store, job ?? { id: '' }), ['pending', null])
})

test('two vendors deactivated at once with each other as the next one keep no job', async (context) => {
  const { store, admin, ana, ben } = context
  const jobs = [...(await jobsOf(store, ana)), ...(await jobsOf(store, ben))]
  const { users } = node(store, {
    beforeWrite: () => deactivate(store, admin, ben, { reassignTo: ana.id }).catch(() => {}),
  })
  await users.change(actor(admin), ana.id, { active: false, openJobs: { reassignTo: ben.id } })
  await deactivate(store, admin, ben, 'release')
  for (const job of jobs) assert.equal(await stateOf(store, job), ['pending', null])
})

test('the sweep finishes a departure that a crash interrupted, as the admin chose', async (context) => {
  const { store, admin, ana, ben } = context
  const jobs = await jobsOf(store, ana)
  const declined = anOrder({ declinedBy: [ben.id] })
  await store.orders.create(declined)
  // Every write of an order fails from here on: the process ends.
  const crash = { beforeWrite: () => Promise.reject(new Error('killed')) }
  const change = { active: false, openJobs: { reassignTo: ben.id } } as const
  assert.instance(await codeOf(node(store, crash).users.change(actor(admin), ana.id, change)), Error)
  assert.is((await store.users.byId(ana.id))?.active, false)
  await node(store).handOver.sweep()
  for (const job of jobs) assert.equal(await stateOf(store, job), ['accepted', 'Ben'])
  assert.equal(await stateOf(store, declined), ['rejected', null])
  assert.equal(await store.departures.unfinished(), [])
})

test('the sweep releases jobs of vendors who are inactive or do not exist, and no others', async (context) => {
  const { store, ana, ben } = context
  const [left, kept] = [await jobsOf(store, ana), await jobsOf(store, ben)]
  const orphan = jobOf(aUser({ role: 'vendor' }), 'accepted')
  await store.orders.create(orphan)
  await store.users.change(ana.id, { active: false })
  await node(store).handOver.sweep()
  for (const job of [...left, orphan]) assert.equal(await stateOf(store, job), ['pending', null])
  for (const job of kept) assert.equal(await stateOf(store, job), [job.status, 'Ben'])
})

test('a decline stored after the only other vendor was deactivated rejects the order', async (context) => {
  const { store, admin, ana, ben } = context
  const order = anOrder()
  await store.orders.create(order)
  const { orders } = node(store, { beforeWrite: () => deactivate(store, admin, ben) })
  await orders.changeStatus(actor(ana), order.id, { status: 'rejected', reason: 'Full' })
  assert.equal(await stateOf(store, order), ['rejected', null])
})

test('an admin reassigns and releases an order in progress, with a reason', async ({ store, admin, ana, ben }) => {
  const job = jobOf(ana, 'in_progress')
  await store.orders.create(job)
  const { orders } = node(store)
  const assign = (reason?: string) => orders.assign(actor(admin), job.id, { vendorId: ben.id, reason })
  assert.is(await codeOf(assign()), 'reason_required')
  const assigned = await assign('Ana is ill')
  assert.equal([assigned.status, assigned.vendor?.name], ['accepted', 'Ben'])
  assert.is(assigned.history.at(-1)?.note, 'Ana is ill')
  for (const status of ['on_the_way', 'in_progress'] as const) await orders.changeStatus(actor(ben), job.id, { status })
  const release = (reason?: string) => orders.changeStatus(actor(admin), job.id, { status: 'pending', reason })
  assert.is(await codeOf(release()), 'reason_required')
  assert.is((await release('Too late')).status, 'pending')
})

test('of two admins who deactivate each other at once, one is refused', async ({ store, admin }) => {
  const zoe = aUser({ role: 'admin' })
  await store.users.create(zoe)
  const outcomes = await Promise.all([codeOf(deactivate(store, admin, zoe)), codeOf(deactivate(store, zoe, admin))])
  assert.equal(outcomes.toSorted(), ['last_admin', null])
})

test.run()
