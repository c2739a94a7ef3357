import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { NewApiToken } from '#shared/api-tokens.ts'
import type { Order as SharedOrder } from '#shared/orders.ts'
import type { Vendor as SharedVendor } from '#shared/presence.ts'
import { startApp, type TestApp } from '../../../server/testing/app.ts'
import { TcpProxy } from '../../e2e/tcp-proxy.ts'
import type { Callout, ConnectOptions, Order, Vendor } from './callout.d.ts'
import { connect as connectInNode } from './node.ts'

const test = suite<{ app: TestApp; open: Set<Callout> }>('the library')

test.before(async (context) => {
  context.app = await startApp()
  context.open = new Set()
})
test.after(async ({ app, open }) => {
  for (const one of open) one.close()
  await app.stop()
})

async function issue(app: TestApp, given: object = {}) {
  const { token, secret } = NewApiToken.parse(
    (await app.admin.post('/api/tokens', { name: 'Wall', scope: 'dashboard', ...given })).body,
  )
  return { secret, revoke: () => app.admin.call('DELETE', `/api/tokens/${token.id}`) }
}

/** Resolves once `holds`, which is asked after each change. */
function until(callout: Callout, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!holds()) return
      stop()
      resolve()
    }
    const stop = callout.on('change', check)
    queueMicrotask(check)
  })
}

async function connect({ app, open }: { app: TestApp; open: Set<Callout> }, options: Partial<ConnectOptions> = {}) {
  const callout = connectInNode({ url: app.http, token: '', ...options })
  open.add(callout)
  await until(callout, () => ['live', 'refused'].includes(callout.state.phase))
  return callout
}

test('the types of callout.d.ts are those of the wire', () => {
  // Each assignment fails to compile when a field or a status is missing in one of the two.
  type Same<A extends B, B> = [A, B]
  const orders: Same<keyof Order, keyof Omit<SharedOrder, 'nextStatuses'>>[] = []
  const others: Same<keyof Omit<SharedOrder, 'nextStatuses'>, keyof Order>[] = []
  const statuses: [Same<Order['status'], SharedOrder['status']>, Same<SharedOrder['status'], Order['status']>][] = []
  const vendors: [Same<keyof Vendor, keyof SharedVendor>, Same<keyof SharedVendor, keyof Vendor>][] = []
  assert.equal([orders, others, statuses, vendors], [[], [], [], []])
})

test('a dashboard token: what is open at first, every change after it, and the vendors', async (context) => {
  const { app } = context
  const [customer, vendor] = [await app.customer('Mia Wong'), await app.vendor('Ben')]
  const first = await app.order(customer)
  const callout = await connect(context, { token: (await issue(app)).secret })
  assert.equal(callout.state, { phase: 'live', message: '' })
  assert.is(callout.orders.get(first.id)?.customer.name, 'Mia Wong')
  assert.equal([callout.vendors.get(vendor.id)?.status, callout.vendors.get(vendor.id)?.activeOrders], ['offline', 0])

  const changed: string[] = []
  callout.on('change', ({ orders }) => void changed.push(...orders))
  const second = await app.order(customer)
  await until(callout, () => callout.orders.has(second.id))
  assert.equal(changed, [second.id])
  const probe = await vendor.connect()
  await vendor.set(second, 'accepted')
  await until(callout, () => callout.orders.get(second.id)?.status === 'accepted')
  await until(callout, () => callout.vendors.get(vendor.id)?.status === 'online')
  assert.is(callout.vendors.get(vendor.id)?.activeOrders, 1)
  await probe.end()
  await until(callout, () => callout.vendors.get(vendor.id)?.status === 'offline')
  callout.close()
  assert.equal(callout.state, { phase: 'closed', message: '' })
})

test('without contact details the orders come without them', async (context) => {
  const { app } = context
  const customer = await app.customer('Markname')
  const before = await app.order(customer, { notes: 'Marknote' })
  const callout = await connect(context, { token: (await issue(app, { contact: false })).secret })
  const after = await app.order(customer, { notes: 'Marknote' })
  await until(callout, () => callout.orders.has(after.id))
  for (const { id } of [before, after]) {
    const order = callout.orders.get(id)
    assert.equal([order?.customer, order?.contact, order?.notes], [{ id: null, name: null }, null, ''])
  }
  assert.not.match(JSON.stringify([...callout.orders.values()]), /Mark/)
})

test('after a cut connection the missed changes are read; a revoked token is refused', async (context) => {
  const { app } = context
  const customer = await app.customer()
  const proxy = new TcpProxy(Number(new URL(app.http).port))
  const url = await proxy.open()
  const token = await issue(app)
  const callout = await connect(context, { url, token: token.secret })
  const [kept, ended] = [await app.order(customer), await app.order(customer)]
  await until(callout, () => callout.orders.has(ended.id))
  await proxy.off()
  await until(callout, () => callout.state.phase === 'offline')
  assert.match(callout.state.message, 'The connection was lost')
  const missed = await app.order(customer)
  await customer.set(ended, 'cancelled', { reason: 'Storm' })
  assert.not(callout.orders.has(missed.id))
  await proxy.on()
  await until(callout, () => callout.state.phase === 'live')
  assert.is(callout.orders.get(kept.id)?.version, 1)
  assert.equal([callout.orders.get(missed.id)?.status, callout.orders.get(ended.id)?.status], ['pending', 'cancelled'])

  await token.revoke()
  await until(callout, () => callout.state.phase === 'refused')
  assert.match(callout.state.message, 'revoked')
  await proxy.off()
})

test('a wrong token is refused; a server that does not answer is named and tried again', async (context) => {
  const wrong = await connect(context, { token: 'tok_wrong.secret' })
  assert.is(wrong.state.phase, 'refused')
  assert.match(wrong.state.message, 'The token is wrong')
  const device = await (await context.app.vendor()).device()
  const refused = await connect(context, { token: device.token })
  assert.equal(refused.state, { phase: 'refused', message: 'A device may not do this.' })

  const proxy = new TcpProxy(Number(new URL(context.app.http).port))
  const url = await proxy.open()
  await proxy.off()
  const callout = connectInNode({ url: `${url}/`, token: (await issue(context.app)).secret })
  context.open.add(callout)
  await until(callout, () => callout.state.message !== '')
  assert.is(callout.state.phase, 'offline')
  assert.match(callout.state.message, `There is no answer from ${url}`)
  await proxy.on()
  await until(callout, () => callout.state.phase === 'live')
  await proxy.off()
  assert.throws(() => connectInNode({ token: 'x' }), 'address of a Callout server')
})

test('a function returns access tokens: its orders are those of that user', async (context) => {
  const { app } = context
  const [mia, other] = [await app.customer(), await app.customer()]
  const [order, foreign] = [await app.order(mia), await app.order(other)]
  const answers: (() => string)[] = [
    () => {
      throw new Error('no network')
    },
    () => 'expired',
    () => mia.token,
  ]
  let calls = 0
  const token = async () => (answers[calls++] ?? (() => mia.token))()
  const callout = await connect(context, { token })
  assert.is(callout.state.phase, 'live')
  assert.is(calls, 3)
  assert.equal([callout.orders.has(order.id), callout.orders.has(foreign.id), callout.vendors.size], [true, false, 0])
  const next = await app.order(mia)
  await until(callout, () => callout.orders.has(next.id))
})

test('only the newest finished orders are kept', async (context) => {
  const { app } = context
  const customer = await app.customer()
  const callout = await connect(context, { token: (await issue(app)).secret, finished: 2 })
  const orders = [await app.order(customer), await app.order(customer), await app.order(customer)]
  for (const order of orders) await customer.set(order, 'cancelled', { reason: 'Storm' })
  await until(callout, () => callout.orders.get(orders[2]?.id ?? '')?.status === 'cancelled')
  const finished = [...callout.orders.values()].filter(({ status }) => status === 'cancelled')
  assert.equal(finished.map(({ id }) => id).sort(), [orders[1]?.id, orders[2]?.id].sort())
})

test.run()
