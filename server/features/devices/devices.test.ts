import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ErrorCode } from '#shared/errors.ts'
import { createDeviceStore, deviceRecords } from './device-records.ts'
import { createDeviceTokens } from './device-tokens.ts'
import { systemClock } from '../../lib/clock.ts'
import { startApp, type Answer, type Person, type TestApp } from '../../testing/app.ts'
import { aUser } from '../../testing/records.ts'
import { emptyStore } from '../../testing/store.ts'
import { createEventBus } from '../../services/domain-events.ts'
import { createDevicesService } from './devices.service.ts'

const test = suite<{ app: TestApp }>('devices')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

const add = (person: Person, name = 'Van 7', more: object = {}) => person.post('/api/devices', { name, ...more })
const remove = (person: Person, id: string) => person.call('DELETE', `/api/devices/${id}`)
const idsSeenBy = async (person: Person): Promise<string[]> =>
  (await person.get('/api/devices')).body.devices.map((device: { id: string }) => device.id)

/** Calls the REST API with a device's token. */
const as =
  (app: TestApp, token: string) =>
  (method: string, path: string, body?: unknown): Promise<Answer> =>
    app.call(method, `/api${path}`, body, { authorization: `Bearer ${token}` })

function refused(response: Answer, status: number, code: ErrorCode, what = '') {
  assert.equal([response.status, response.body.code], [status, code], what)
}

test('the response to a new device holds its token, and no later response does', async ({ app }) => {
  const vendor = await app.vendor()
  const { status, body } = await add(vendor, '  Van 7  ')
  assert.is(status, 201)
  const { createdAt, id } = body.device
  assert.equal(body, {
    device: { id, name: 'Van 7', vendorId: vendor.id, createdAt, lastSeenAt: null },
    token: body.token,
  })
  assert.match(body.token, new RegExp(`^dev_${id}\\.[A-Za-z0-9_-]{43}$`))
  assert.is(new Date(createdAt).toISOString(), createdAt)
  for (const person of [vendor, app.admin]) {
    const list = await person.get('/api/devices')
    assert.is(list.status, 200)
    assert.equal(
      list.body.devices.filter((device: { id: string }) => device.id === id),
      [body.device],
    )
    assert.not.match(JSON.stringify(list.body), /dev_|secret/)
  }
})

test('an admin names the vendor of a device, who must be active', async ({ app }) => {
  const [vendor, inactive, customer] = [await app.vendor(), await app.vendor(), await app.customer()]
  await app.admin.patch(`/api/users/${inactive.id}`, { active: false })
  const { status, body } = await add(app.admin, 'Wall button', { vendorId: vendor.id })
  assert.equal([status, body.device.vendorId], [201, vendor.id])
  assert.equal(await idsSeenBy(vendor), [body.device.id])

  const unnamed = await add(app.admin)
  refused(unnamed, 400, 'invalid_request')
  assert.equal(unnamed.body.errors, [{ path: 'vendorId', message: 'Say whose device it is', code: 'vendor_required' }])
  for (const vendorId of ['unknown', customer.id, inactive.id, app.admin.id]) {
    refused(await add(app.admin, 'Van 7', { vendorId }), 422, 'unknown_vendor', vendorId)
  }
})

test('a vendor neither sees nor removes the devices of another vendor', async ({ app }) => {
  const [vendor, other] = [await app.vendor(), await app.vendor()]
  const { id } = (await add(vendor, 'Van 7', { vendorId: vendor.id })).body.device
  refused(await add(other, 'Van 7', { vendorId: vendor.id }), 403, 'forbidden')
  assert.equal(await idsSeenBy(other), [])
  refused(await remove(other, id), 404, 'not_found')
  refused(await remove(vendor, 'nothing'), 404, 'not_found')
  assert.equal(await idsSeenBy(vendor), [id])

  const removed = await remove(vendor, id)
  assert.equal([removed.status, removed.body], [204, ''])
  refused(await remove(vendor, id), 404, 'not_found')
  const again = (await add(vendor)).body.device.id
  assert.is((await remove(app.admin, again)).status, 204)
  assert.equal(await idsSeenBy(vendor), [])
})

test('customers and clients without a token have no devices', async ({ app }) => {
  const customer = await app.customer()
  refused(await add(customer), 403, 'forbidden')
  refused(await customer.get('/api/devices'), 403, 'forbidden')
  refused(await remove(customer, 'nothing'), 403, 'forbidden')
  refused(await app.call('POST', '/api/devices', { name: 'Van 7' }), 401, 'unauthenticated')
})

test('an invalid body is refused with the paths of its errors', async ({ app }) => {
  const vendor = await app.vendor()
  for (const [body, path] of [
    [{}, 'name'],
    [{ name: '   ' }, 'name'],
    [{ name: 'x'.repeat(61) }, 'name'],
    [{ name: 7 }, 'name'],
    [{ name: 'Van 7', vendorId: 'a/b' }, 'vendorId'],
    [{ name: 'Van 7', vendorId: null }, 'vendorId'],
    [{ name: 'Van 7', token: 'mine' }, 'token'],
  ] as const) {
    const response = await vendor.post('/api/devices', body)
    refused(response, 400, 'invalid_request', JSON.stringify(body))
    assert.equal(
      response.body.errors.map((error: { path: string }) => error.path),
      [path],
    )
  }
  assert.equal(await idsSeenBy(vendor), [])
})

test('a vendor may have 100 devices', async ({ app }) => {
  const vendor = await app.vendor()
  const responses = await Promise.all(Array.from({ length: 110 }, (_, n) => add(vendor, `Van ${n}`)))
  assert.is(responses.filter(({ status }) => status === 201).length, 100)
  refused(await add(vendor), 422, 'device_limit')
  refused(await add(app.admin, 'Van 7', { vendorId: vendor.id }), 422, 'device_limit')
  const ids = await idsSeenBy(vendor)
  assert.is(ids.length, 100)
  assert.is((await add(await app.vendor())).status, 201)
  await remove(vendor, ids[0]!)
  assert.is((await add(vendor)).status, 201)
})

test('of 110 devices created at once 100 are stored', async () => {
  const { store, close } = await emptyStore([deviceRecords])
  const events = createEventBus({ error: (_details, text) => assert.unreachable(text) })
  const { users } = store
  const stored = createDeviceStore(store)
  const tokens = createDeviceTokens({ devices: stored, users, events, clock: systemClock })
  const devices = createDevicesService({ devices: stored, users, tokens })
  const vendor = aUser({ role: 'vendor' })
  const outcomes = await Promise.allSettled(
    Array.from({ length: 110 }, (_, n) => devices.create(vendor, { name: `${n}` })),
  )
  assert.is(outcomes.filter(({ status }) => status === 'fulfilled').length, 100)
  assert.is((await devices.list(vendor)).length, 100)
  await close()
})

test('a device changes its vendor’s orders in the vendor’s name', async ({ app }) => {
  const [customer, vendor] = [await app.customer(), await app.vendor('Ana')]
  const device = as(app, (await add(vendor)).body.token)
  assert.equal((await device('GET', '/auth/me')).body, { user: vendor.user })
  assert.is((await device('GET', '/services')).status, 200)
  const order = await app.order(customer)
  const offers = (await device('GET', '/orders?status=pending')).body.orders
  assert.ok(offers.some((offer: { id: string }) => offer.id === order.id))
  assert.is((await device('GET', `/orders/${order.id}`)).body.contact, null)
  const accepted = await device('PATCH', `/orders/${order.id}/status`, { status: 'accepted' })
  assert.is(accepted.status, 200)
  assert.equal(accepted.body.history.at(-1).by, { id: vendor.id, name: 'Ana', role: 'vendor' })
})

test('a device may do nothing else, even where its vendor may', async ({ app }) => {
  const vendor = await app.vendor()
  const { device, token } = (await add(vendor)).body
  const call = as(app, token)
  for (const [method, path, body] of [
    ['POST', '/devices', { name: 'Another' }],
    ['GET', '/devices'],
    ['DELETE', `/devices/${device.id}`],
    ['POST', '/auth/logout'],
    ['POST', '/orders', {}],
    ['POST', '/orders/x/assign', { vendorId: vendor.id }],
    ['GET', '/vendors'],
    ['GET', '/users'],
    ['POST', '/users', {}],
    ['PATCH', `/users/${vendor.id}`, { name: 'Me' }],
    ['POST', '/services', {}],
    ['PATCH', '/services/x', {}],
  ] as const) {
    const response = await call(method, path, body)
    refused(response, 403, 'forbidden', path)
    assert.is(response.body.detail, 'A device may not do this.')
  }
  assert.equal(await idsSeenBy(vendor), [device.id])
  assert.is((await vendor.get('/api/auth/me')).status, 200)
})

test('only the removed device is refused, and at once', async ({ app }) => {
  const vendor = await app.vendor()
  const [one, other] = [(await add(vendor)).body, (await add(vendor)).body]
  assert.is((await as(app, one.token)('GET', '/orders')).status, 200)
  await remove(vendor, one.device.id)
  refused(await as(app, one.token)('GET', '/orders'), 401, 'unauthenticated')
  assert.is((await as(app, other.token)('GET', '/orders')).status, 200)
})

test('a deactivated vendor’s devices are refused until the vendor is active again', async ({ app }) => {
  const vendor = await app.vendor()
  const device = as(app, (await add(vendor)).body.token)
  await app.admin.patch(`/api/users/${vendor.id}`, { active: false })
  refused(await device('GET', '/auth/me'), 401, 'unauthenticated')
  await app.admin.patch(`/api/users/${vendor.id}`, { active: true })
  assert.is((await device('GET', '/auth/me')).status, 200)
})

test('a device’s token stays valid when its vendor’s session ends', async ({ app }) => {
  const vendor = await app.vendor()
  const device = as(app, (await add(vendor)).body.token)
  assert.is((await vendor.post('/api/auth/logout')).status, 204)
  assert.is((await vendor.get('/api/auth/me')).status, 401)
  assert.is((await device('GET', '/auth/me')).status, 200)
})

test('a request with a malformed device token gets 401', async ({ app }) => {
  const { device, token } = (await add(await app.vendor())).body
  for (const bad of ['dev_', 'dev_.', `dev_${device.id}`, `${token}x`, token.slice(0, -1), token.replace('.', '..')]) {
    refused(await as(app, bad)('GET', '/auth/me'), 401, 'unauthenticated', bad)
  }
})

test.run()
