import pino from 'pino'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Actor } from '#shared/actors.ts'
import { finalStatuses, openStatuses, type OrderStatus } from '#shared/order-status.ts'
import { StillClock } from '../testing/clock.ts'
import { anOrder, aService, aUser } from '../testing/records.ts'
import { emptyStore } from '../testing/store.ts'
import type { OrderRecord, Store, UserRecord } from '../storage/store.ts'
import { createCatalogueService } from './catalogue.service.ts'
import { createCustomersService } from './customers.service.ts'
import { createHandOverService } from './hand-over.service.ts'
import { asOf } from './order-changes.ts'
import { createOrdersService } from './orders.service.ts'
import { presentOrder } from './presenters.ts'
import { createRegularSweep } from './regular-sweep.ts'
import { createRenamesService } from './renames.service.ts'
import { createUsersService } from './users.service.ts'

interface Context {
  store: Store
  close(): Promise<void>
  clock: StillClock
  admin: UserRecord
  ana: UserRecord
  mia: UserRecord
}

const test = suite<Context>('renames')
const log = pino({ level: 'silent' })
const boiler = aService({ id: 'boiler', name: 'Boiler repair' })

test.before.each(async (context) => {
  const { store, close } = await emptyStore()
  const [admin, ana, mia] = [
    aUser({ role: 'admin', name: 'Ada' }),
    aUser({ role: 'vendor', name: 'Ana' }),
    aUser({ name: 'Mia' }),
  ]
  await Promise.all([...[admin, ana, mia].map(store.users.create), store.services.create(boiler)])
  Object.assign(context, { store, close, admin, ana, mia, clock: new StillClock() })
})
test.after.each(({ close }) => close())

/** The services of one node. `beforeWrite` and `beforeCreate` run once, before the next write or creation of an order. */
function node(
  { store, clock }: Pick<Context, 'store' | 'clock'>,
  work: { beforeWrite?: () => Promise<unknown>; beforeCreate?: () => Promise<unknown> } = {},
) {
  const changed: OrderRecord[] = []
  let waiting: { id: string; done: () => void }[] = []
  async function once(name: keyof typeof work) {
    const run = work[name]
    work[name] = undefined
    await run?.()
  }
  const core = {
    store: {
      ...store,
      orders: {
        ...store.orders,
        async replace(...change: Parameters<Store['orders']['replace']>) {
          await once('beforeWrite')
          return store.orders.replace(...change)
        },
        async create(...order: Parameters<Store['orders']['create']>) {
          await once('beforeCreate')
          return store.orders.create(...order)
        },
      },
    },
    events: {
      emit(_name: string, event: object | null) {
        const order: OrderRecord | undefined = Object(event).order
        if (!order) return
        changed.push(order)
        for (const { done } of waiting.filter(({ id }) => id === order.id)) done()
        waiting = waiting.filter(({ id }) => id !== order.id)
      },
    },
    clock,
    log,
  }
  const handOver = createHandOverService(core)
  const renames = createRenamesService(core)
  const sessions = {
    open: () => Promise.reject(new Error('no session is opened here')),
    end: async () => {},
    endOthers: async () => {},
    endAllOf: async () => {},
  }
  const customers = createCustomersService({ ...core, country: 'DE' })
  return {
    changed,
    renames,
    orders: createOrdersService({ ...core, customers, handOver, currency: 'EUR' }),
    catalogue: createCatalogueService({ ...core, renames, currency: 'EUR' }),
    users: createUsersService({ ...core, handOver, renames, sessions, vendors: { vendorChanged: async () => {} } }),
    /** Resolves when this node has changed the order. */
    changeOf: ({ id }: Pick<OrderRecord, 'id'>) =>
      changed.some((order) => order.id === id)
        ? Promise.resolve()
        : new Promise<void>((done) => void waiting.push({ id, done })),
    sweep: createRegularSweep({ sweep: renames.sweep, failure: '', nodes: { isLeader: () => true }, clock, log }),
  }
}

const actor = ({ id, name, role }: UserRecord): Actor => ({ id, name, role })

const orderOf = ({ mia, ana }: Context, status: OrderStatus): OrderRecord => {
  const vendor = status === 'pending' ? null : { id: ana.id, name: ana.name }
  const order = anOrder({ status, customer: { id: mia.id, name: mia.name }, vendor })
  return { ...order, history: order.history.map((entry) => ({ ...entry, vendor })) }
}

async function ordersOf(context: Context, statuses: readonly OrderStatus[] = openStatuses) {
  const orders = statuses.map((status) => orderOf(context, status))
  await Promise.all(orders.map((order) => context.store.orders.create(order)))
  return orders
}

async function namesOf(store: Store, { id }: Pick<OrderRecord, 'id'>) {
  const order = await store.orders.byId(id)
  return [order?.customer.name, order?.vendor?.name ?? null, order?.items[0]?.name]
}

const found = async (store: Store, q: string) =>
  (await store.orders.list({ scope: { kind: 'all' }, q, limit: 100 })).map(({ id }) => id).toSorted()
const ids = (orders: readonly OrderRecord[]) => orders.map(({ id }) => id).toSorted()

test('open orders show a new name and are found by it, ended ones keep the name of their time', async (context) => {
  const { store, admin, ana, mia } = context
  const [open, ended] = [await ordersOf(context), await ordersOf(context, finalStatuses)]
  const jobs = open.filter(({ vendor }) => vendor)
  const { users, catalogue, changeOf, renames } = node(context)
  await users.change(actor(admin), mia.id, { name: 'Maria Ortiz' })
  await Promise.all(open.map(changeOf))
  await users.change(actor(admin), ana.id, { name: 'Anna Petrova' })
  await catalogue.change(actor(admin), 'boiler', { name: 'Heating check', price: 1 })
  await renames.sweep()
  for (const order of open)
    assert.equal(await namesOf(store, order), ['Maria Ortiz', order.vendor && 'Anna Petrova', 'Heating check'])
  for (const order of ended) assert.equal(await namesOf(store, order), ['Mia', order.vendor?.name, 'Boiler repair'])
  assert.equal(await found(store, 'ortiz'), ids(open))
  assert.equal(await found(store, 'petrova'), ids(jobs))
  assert.equal(await found(store, 'heating'), ids(open))
  assert.equal(await found(store, 'mia'), ids(ended))
  assert.equal(await found(store, 'boiler'), ids(ended))
  assert.is((await store.orders.byId(open[0]?.id ?? ''))?.items[0]?.unitPrice, 9000, 'prices stay')
})

test('a rename is a version with an entry of its own, by the person who renamed', async (context) => {
  const { store, admin, mia } = context
  const [order] = await ordersOf(context, ['accepted'])
  assert.ok(order)
  const { users, changeOf } = node(context)
  await users.change(actor(admin), mia.id, { name: 'Maria' })
  await changeOf(order ?? { id: '' })
  const next = await store.orders.byId(order?.id ?? '')
  assert.ok(next)
  if (!next || !order) return
  assert.is(next.version, 2)
  const renamed = { kind: 'customer', id: mia.id, from: 'Mia', to: 'Maria' }
  const { at, ...entry } = next.history.at(-1) ?? { at: '' }
  assert.equal(entry, { status: 'accepted', by: actor(admin), renamed, note: null, vendor: order.vendor })
  assert.is(at, next.updatedAt)
  assert.equal(next.history[0], order.history[0], 'earlier entries keep their names')
  assert.equal(asOf(next, 1), order, 'the order as it was has the name it had')
})

test('an offer does not reveal the new name of its customer', async (context) => {
  const { store, admin, mia } = context
  const [order] = await ordersOf(context, ['pending'])
  const { users, changeOf } = node(context)
  await users.change(actor(admin), mia.id, { name: 'Zofia Lis' })
  await changeOf(order ?? { id: '' })
  const next = await store.orders.byId(order?.id ?? '')
  assert.ok(next)
  if (!next) return
  const offer = presentOrder(next, 'offer')
  assert.not.match(JSON.stringify(offer), /Mia|Zofia/)
  assert.equal(offer.history.at(-1)?.renamed, { kind: 'customer', id: mia.id, from: null, to: null })
  assert.is(presentOrder(next, 'full').history.at(-1)?.renamed?.to, 'Zofia Lis')
})

test('an order placed with a name that was read before the rename follows it', async (context) => {
  const { store, admin, mia, clock } = context
  const rename = node(context)
  const { orders } = node(context, {
    beforeCreate: () => rename.catalogue.change(actor(admin), 'boiler', { name: 'Heating check' }),
  })
  const input = { items: [{ serviceId: 'boiler', quantity: 1 }], contact: { phone: '+49 30 1234', address: 'Weg 1' } }
  const { order } = await orders.place(actor(mia), input)
  assert.is(order.items[0]?.name, 'Boiler repair')
  const followed = rename.changeOf(order)
  await clock.waitedFor(1_000)
  clock.advance(1_000)
  await followed
  assert.equal(await namesOf(store, order), ['Mia', null, 'Heating check'])
})

test('an order accepted or assigned under a name that was read before the rename follows it', async (context) => {
  const { store, admin, ana } = context
  const [claimed, assigned] = await ordersOf(context, ['pending', 'pending'])
  const rename = (name: string) => node(context).users.change(actor(admin), ana.id, { name })
  await node(context, { beforeWrite: () => rename('Anna') }).orders.changeStatus(actor(ana), claimed?.id ?? '', {
    status: 'accepted',
  })
  await node(context, { beforeWrite: () => rename('Annika') }).orders.assign(actor(admin), assigned?.id ?? '', {
    vendorId: ana.id,
  })
  await node(context).renames.sweep()
  for (const order of [claimed, assigned])
    assert.equal(await namesOf(store, order ?? { id: '' }), ['Mia', 'Annika', 'Boiler repair'])
})

test('a step between reading and writing an order is kept, and the order is renamed', async (context) => {
  const { store, admin, ana } = context
  const [job] = await ordersOf(context, ['accepted'])
  const id = job?.id ?? ''
  const setOff = () => node(context).orders.changeStatus(actor(ana), id, { status: 'on_the_way' })
  const { users, changeOf } = node(context, { beforeWrite: setOff })
  await users.change(actor(admin), ana.id, { name: 'Anna' })
  await changeOf({ id })
  const next = await store.orders.byId(id)
  assert.equal([next?.status, next?.vendor?.name, next?.version], ['on_the_way', 'Anna', 3])
})

test('an order that ends before it is renamed keeps its name', async (context) => {
  const { store, admin, mia } = context
  const [order] = await ordersOf(context, ['pending'])
  const id = order?.id ?? ''
  const cancel = () => node(context).orders.changeStatus(actor(mia), id, { status: 'cancelled', reason: 'Sold' })
  const { users, renames } = node(context, { beforeWrite: cancel })
  await users.change(actor(admin), mia.id, { name: 'Maria' })
  await renames.sweep()
  assert.equal(await namesOf(store, { id }), ['Mia', null, 'Boiler repair'])
  assert.is((await store.orders.byId(id))?.version, 2)
})

test('of two renames at once the last name stays, also when the first writes last', async (context) => {
  const { store, admin, mia, clock } = context
  const [order] = await ordersOf(context, ['pending'])
  const id = order?.id ?? ''
  const second = node(context)
  const first = node(context, {
    async beforeWrite() {
      await second.users.change(actor(admin), mia.id, { name: 'Zoe' })
      await second.changeOf({ id })
    },
  })
  await first.users.change(actor(admin), mia.id, { name: 'Maria' })
  await second.changeOf({ id })
  await clock.waitedFor(1_000)
  await first.renames.sweep()
  assert.equal(await namesOf(store, { id }), ['Zoe', null, 'Boiler repair'])
  assert.equal(
    (await store.orders.byId(id))?.history.flatMap(({ renamed }) => renamed?.to ?? []),
    ['Zoe'],
  )
})

test('what a crash leaves is finished at the next start', async (context) => {
  const { store, admin, mia } = context
  const orders = await ordersOf(context)
  // Every write of an order fails from here on: the process ends.
  const killed = node(context, { beforeWrite: () => Promise.reject(new Error('killed')) })
  await killed.users.change(actor(admin), mia.id, { name: 'Maria' })
  await killed.renames.stop()
  const next = node(context)
  next.sweep.start()
  await Promise.all(orders.map(next.changeOf))
  await next.sweep.stop()
  for (const order of orders) assert.is((await namesOf(store, order))[0], 'Maria')
})

test('a crash before the name was changed renames nothing, and the rename ends', async (context) => {
  const { store, admin, mia, clock } = context
  const [order] = await ordersOf(context, ['pending'])
  const { renames } = node(context)
  const rename = renames.follow({ kind: 'customer', subjectId: mia.id, name: 'Maria' }, actor(admin), () =>
    Promise.reject(new Error('killed')),
  )
  await rename.catch(() => {})
  await renames.sweep()
  assert.is((await store.renames.all()).length, 1)
  clock.advance(120_000)
  await renames.sweep()
  assert.equal(await store.renames.all(), [])
  assert.is((await store.orders.byId(order?.id ?? ''))?.version, 1)
})

test('passes are repeated at growing intervals for two minutes, then the rename ends', async (context) => {
  const { store, admin, mia, clock } = context
  const stopping = node(context)
  await stopping.users.change(actor(admin), mia.id, { name: 'Maria' })
  await stopping.renames.stop()
  const { renames } = node(context)
  const follows: number[] = []
  for (let second = 0; second < 130; second += 10) {
    const late = orderOf(context, 'pending')
    await store.orders.create(late)
    await renames.sweep()
    if ((await namesOf(store, late))[0] === 'Maria') follows.push(second)
    clock.advance(10_000)
  }
  assert.equal(follows, [0, 10, 20, 40, 80, 120])
  assert.equal(await store.renames.all(), [])
  for (const order of await store.orders.list({ scope: { kind: 'all' }, limit: 100 }))
    assert.is(order.customer.name, 'Maria')
})

test('many orders are renamed in batches, page after page', async (context) => {
  const { store, admin, mia, clock } = context
  const orders = await ordersOf(
    context,
    Array.from({ length: 230 }, () => 'pending' as const),
  )
  const { users, changed, renames } = node(context)
  await users.change(actor(admin), mia.id, { name: 'Maria' })
  await clock.waitedFor(100)
  assert.is(changed.length, 25)
  while (changed.length < orders.length) {
    clock.advance(100)
    await clock.waitedFor(100)
  }
  assert.equal(await found(store, 'maria'), ids(orders).slice(-100))
  await renames.stop()
})

test('an equal name and the name of an admin rename nothing', async (context) => {
  const { store, admin, mia } = context
  const zoe = aUser({ role: 'admin', name: 'Zoe' })
  await store.users.create(zoe)
  const { users, catalogue } = node(context)
  await users.change(actor(admin), mia.id, { name: 'Mia' })
  await users.change(actor(admin), zoe.id, { name: 'Zoë' })
  await catalogue.change(actor(admin), 'boiler', { name: 'Boiler repair', price: 5 })
  assert.equal(await store.renames.all(), [])
  assert.is((await store.users.byId(zoe.id))?.name, 'Zoë')
})

test('a change decided before a rename is made; one decided before another change is refused', async (context) => {
  const { admin, ana } = context
  const [job] = await ordersOf(context, ['accepted'])
  const id = job?.id ?? ''
  const { users, orders, changeOf } = node(context)
  await users.change(actor(admin), ana.id, { name: 'Anna' })
  await changeOf({ id })
  const set = (status: OrderStatus, version: number) => orders.changeStatus(actor(ana), id, { status, version })
  assert.is((await set('on_the_way', 1)).version, 3)
  for (const version of [1, 2, 4]) {
    const refused: unknown = await set('in_progress', version).catch((error: unknown) => error)
    assert.is(Object(refused).code, 'version_conflict')
  }
  assert.is((await set('in_progress', 3)).version, 4)
})

test.run()
