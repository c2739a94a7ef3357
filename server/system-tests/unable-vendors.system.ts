import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import { Person, placeOrder, startApp, type TestApp } from '../testing/app.ts'
import type { Probe } from '../testing/probe.ts'
import { figures } from './lib/report.ts'

const test = suite<{ app: TestApp }>('vendors who cannot do an order')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

/** Resolves when everything sent so far has arrived: a round trip with a filter that is refused. */
const settled = (probe: Probe) => probe.subscribe('nothing/at/all')

test('a vendor who cannot do an order, works elsewhere or is not asked yet learns nothing of it; one who can learns no house', async ({
  app,
}) => {
  const marks = /Markname|Marksteig|Markort|Marknote|Markgrund|Markwort|5550177|52\.5123|13\.4567/
  const house = { lat: 52.51234, lng: 13.45678 }
  const [boiler, roof, other] = await app.services()
  await app.admin.patch(`/api/services/${boiler?.id}`, { skills: ['gas'] })
  const offers = { to: 'least_busy', count: 1, seconds: 3600 }
  await app.admin.patch(`/api/services/${roof?.id}`, { skills: ['height'], offers })
  const area = async (name: string) => (await app.admin.post('/api/areas', { name })).body.id
  const [here, elsewhere] = [await area('Markort'), await area('Elsewhere')]
  const able = async (name: string, skills: string[], areas: string[]) => {
    const vendor = await app.vendor(name)
    await app.admin.patch(`/api/users/${vendor.id}`, { skills, areas })
    return vendor
  }
  const ana = await able('Ana', ['gas', 'height'], [here])
  const others = [
    await able('Ben', [], []),
    await able('Cem', ['gas', 'height'], [elsewhere]),
    // Able, and with a job: the other one is asked first.
    await able('Dan', ['height'], []),
  ]
  const [, , dan] = others
  const mia = await app.customer('Markname')
  const contact = { phone: '+49 30 5550177', address: 'Marksteig 9', area: 'Markort', ...house }
  const order = async (serviceId = '') =>
    (await mia.post('/api/orders', { items: [{ serviceId, quantity: 1 }], contact, notes: 'Marknote' })).body
  const tom = await app.customer('Tom')
  const busy = (await tom.post('/api/orders', placeOrder(other?.id ?? ''))).body
  await dan?.set(busy, 'accepted')

  const filters = ['orders/new', 'orders/update', 'services']
  const listen = async (vendor: Person, by: 'tcp' | 'websocket') => {
    const probe = await vendor.connect(by)
    for (const filter of [...filters, `users/${vendor.id}/#`]) await probe.subscribe(filter)
    return probe
  }
  const watched = await Promise.all(
    [ana, ...others].flatMap((vendor) =>
      (['tcp', 'websocket'] as const).map(async (by) => ({ vendor, probe: await listen(vendor, by) })),
    ),
  )
  const { syncCursor: before } = (await ana.get('/api/orders')).body

  const placed = [await order(boiler?.id), await order(roof?.id)]
  assert.equal(
    placed.map(({ offer }) => offer?.round ?? null),
    [null, 1],
  )
  const [first, second] = placed
  await mia.post(`/api/orders/${first.id}/messages`, { text: 'Markwort' })
  await app.admin.patch(`/api/orders/${first.id}`, { contact: { address: 'Marksteig 10', ...house } })
  for (const [status, more] of [
    ['accepted', {}],
    ['pending', { reason: 'Markgrund' }],
    ['accepted', {}],
    ['on_the_way', {}],
  ] as const) {
    // Ana's offers are without the house, before she accepts.
    if (status === 'accepted') {
      const seen = [
        await ana.get(`/api/orders/${first.id}`),
        await ana.get('/api/orders?status=pending'),
        await ana.get(`/api/orders?q=${first.number}`),
        await ana.get(`/api/orders?since=${before}`),
      ]
      for (const { body } of seen) {
        const [offer] = body.orders?.filter(({ id }: Order) => id === first.id) ?? [body]
        assert.equal(offer?.near, { lat: 52.51, lng: 13.46 })
        assert.equal(offer?.contact, { area: 'Markort' })
        assert.not.match(JSON.stringify(body), /52\.5123|13\.4567|Marksteig|Markname|5550177/)
      }
    }
    const { body } = await ana.set(first, status, more)
    assert.is(body.status, status)
  }
  await app.drain()
  await Promise.all(watched.map(({ probe }) => settled(probe)))
  const late = await Promise.all(others.map(async (vendor) => ({ vendor, probe: await listen(vendor, 'websocket') })))
  await Promise.all(late.map(({ probe }) => settled(probe)))

  let [answers, heard] = [0, 0]
  for (const { vendor, probe } of [...watched, ...late]) {
    const text = JSON.stringify(probe.messages)
    const own = probe.messages.filter(({ payload }) => placed.some(({ id }) => id === payload.id))
    if (vendor === ana) {
      heard += own.length
      const offered = own.filter(({ payload }) => payload.vendor === null)
      assert.ok(offered.length > 1)
      assert.not.match(JSON.stringify(offered), /52\.5123|13\.4567|Marksteig|Markname|5550177/)
      continue
    }
    assert.equal(own, [], vendor.user.name)
    assert.not.match(text, marks, vendor.user.name)
  }
  for (const vendor of others) {
    const token = (await vendor.device()).token
    const device = new Person(app, { user: vendor.user, accessToken: token, expiresIn: Infinity })
    for (const path of [
      '/orders?limit=200',
      `/orders?since=${before}`,
      '/orders?q=Marknote',
      '/orders?q=Markname',
      `/orders?q=${first.number}`,
      `/orders?q=${second.number}`,
      '/orders?status=pending&status=accepted&status=on_the_way',
      `/orders?vendorId=${ana.id}`,
      `/orders?customerId=${mia.id}`,
      '/messages/unread',
      '/notifications',
      '/orders/export.csv',
      '/orders/stats',
      '/areas',
    ]) {
      const { body } = await vendor.get(`/api${path}`)
      assert.not.match(JSON.stringify(body ?? null), marks, path)
      for (const { id } of body?.orders ?? []) assert.not.ok(id === first.id || id === second.id, path)
      answers++
    }
    for (const { method, path, roles } of app.routes) {
      if (!path.startsWith('/orders/:id') || !roles?.includes('vendor')) continue
      for (const { id } of placed)
        for (const caller of [vendor, device])
          for (const status of ['accepted', 'rejected', 'completed']) {
            const body = method === 'get' || method === 'delete' ? undefined : { status, text: 'x', reason: 'x' }
            const answer = await caller.call(method.toUpperCase(), `/api${path.replace(':id', id)}`, body)
            assert.ok([400, 403, 404].includes(answer.status), `${method} ${path}: ${answer.status}`)
            assert.not.match(JSON.stringify(answer.body ?? null), marks, path)
            answers++
          }
    }
    const command = await device.connect('tcp')
    await command.subscribe(`users/${vendor.id}/replies`)
    for (const { id } of placed) {
      await command.publish(`orders/${id}/status`, JSON.stringify({ status: 'accepted', commandId: id }), { qos: 1 })
      const { payload } = await command.until(({ payload: reply }) => reply.commandId === id)
      assert.equal([payload.ok, payload.code], [false, 'not_found'])
      for (const status of ['accepted', 'rejected', 'on_the_way', 'pending']) {
        const refused = await vendor.set({ id }, status, { reason: 'x' })
        assert.equal([refused.status, refused.body.code, refused.body.order], [404, 'not_found', undefined])
      }
    }
    await command.end()
  }
  const current = await Promise.all(placed.map(({ id }) => app.admin.get(`/api/orders/${id}`)))
  assert.equal(
    current.map(({ body }) => [body.status, body.vendor?.name ?? null]),
    [
      ['on_the_way', 'Ana'],
      ['pending', null],
    ],
  )

  // Dan may see the second one in the end, and then no more.
  await app.admin.patch(`/api/services/${roof?.id}`, { offers: null })
  const [danHears] = watched.filter(({ vendor }) => vendor === dan)
  await danHears?.probe.until(({ payload }) => payload.id === second.id)
  await app.admin.patch(`/api/users/${dan?.id}`, { skills: [] })
  const { payload: gone } = (await danHears?.probe.until(({ payload }) => payload.gone)) ?? {}
  assert.equal(Object.keys(gone ?? {}).sort(), ['gone', 'id', 'status', 'version'])
  assert.is((await dan?.get(`/api/orders/${second.id}`))?.status, 404)
  figures('unable vendors', { vendors: others.length, answers, 'messages to the able one': heard })
  for (const { probe } of [...watched, ...late]) await probe.end()
})

test.run()
