import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import type { Proof } from '#shared/proof.ts'
import { startApp, placeOrder, type Person, type TestApp } from '../../testing/app.ts'
import { StillClock } from '../../testing/clock.ts'
import { photo, signature } from '../files/testing/pictures.ts'

const test = suite<{ app: TestApp; clock: StillClock }>('proof at completion')

test.before(async (context) => {
  context.clock = new StillClock()
  context.app = await startApp({ clock: context.clock, env: { ACCESS_TOKEN_TTL: '9d' } })
})
test.after(({ app }) => app.stop())

async function serviceWith(app: TestApp, proof: Proof): Promise<string> {
  const { body } = await app.admin.post('/api/services', { name: 'Lock', price: 100, durationMinutes: 10, proof })
  assert.equal(body.proof, proof)
  return body.id
}

/** An order whose work is being done. */
async function job(app: TestApp, proof: Proof) {
  const [customer, vendor] = [await app.customer(), await app.vendor()]
  const placed = await customer.post<Order>('/api/orders', placeOrder(await serviceWith(app, proof)))
  for (const status of ['accepted', 'on_the_way', 'in_progress']) await vendor.set(placed.body, status)
  return { customer, vendor, order: placed.body }
}

const send = (app: TestApp, { token }: Person, { id }: Order, body: Buffer, kind = 'photo') =>
  fetch(`${app.http}/api/orders/${id}/files?kind=${kind}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'image/jpeg' },
    body: new Uint8Array(body),
  }).then(({ status }) => assert.is(status, 201))
const pinOf = async (person: Person, { id }: Order): Promise<string> =>
  (await person.get(`/api/orders/${id}/pin`)).body.pin

test('an order is completed only with what its services ask for', async ({ app }) => {
  const { customer, vendor, order } = await job(app, { note: true, photos: 2, signature: true, pin: true })
  assert.equal(order.proof, { note: true, photos: 2, signature: true, pin: true })
  const complete = (more: object = {}) => vendor.set(order, 'completed', more)
  const bare = await complete()
  assert.equal([bare.status, bare.body.code], [409, 'proof_required'])
  assert.equal(bare.body.missing, ['note', 'photos', 'signature', 'pin'])
  await send(app, vendor, order, await photo(40, 30))
  await send(app, customer, order, await photo(40, 30))
  await send(app, vendor, order, await signature(), 'signature')
  const pin = await pinOf(customer, order)
  assert.match(pin, /^\d{4}$/)
  const given = { note: 'Done', pin }
  assert.equal((await complete(given)).body.missing, ['photos'], 'the photo of the customer does not count')
  await send(app, vendor, order, await photo(40, 30))
  assert.equal((await complete({ pin })).body.missing, ['note'])
  assert.equal((await complete({ note: 'Done' })).body.missing, ['pin'])
  const done = await complete({ ...given, commandId: 'c1' })
  assert.equal([done.status, done.body.status], [200, 'completed'])
  assert.is((await complete({ ...given, commandId: 'c1' })).status, 200, 'a repetition gets the first result')
  assert.not.match(JSON.stringify(done.body), `"${pin}"`)
})

test('only the customer and admins read the PIN; it is in nothing that others receive', async ({ app }) => {
  const { customer, vendor, order } = await job(app, { pin: true })
  const pin = await pinOf(customer, order)
  assert.is(await pinOf(app.admin, order), pin)
  const path = `/api/orders/${order.id}/pin`
  assert.equal([(await vendor.get(path)).status, (await (await app.customer()).get(path)).status], [403, 404])
  for (const contact of [true, false]) {
    const { secret } = (await app.admin.post('/api/tokens', { name: 'x', scope: 'dashboard', contact })).body
    assert.is((await app.call('GET', path, undefined, { authorization: `Bearer ${secret}` })).status, 403)
  }
  const plain = await app.order(customer)
  assert.equal([await pinOf(customer, plain), plain.proof], [null, undefined])

  const device = await vendor.device()
  const [ofDevice, ofAdmin] = [await vendor.connect('tcp', device.login), await app.admin.connect()]
  await ofDevice.subscribe(`users/${vendor.id}/replies`)
  await ofAdmin.subscribe(`orders/${order.id}/status`)
  const command = (more: object) => ofDevice.publish(`orders/${order.id}/status`, { status: 'completed', ...more })
  await command({ commandId: 'd1' })
  const refused = await ofDevice.until(({ payload }) => payload.commandId === 'd1')
  assert.equal([refused.payload.ok, refused.payload.code], [false, 'proof_required'])
  await command({ commandId: 'd2', pin })
  const told = await ofAdmin.until(({ payload }) => payload.commandId === 'd2')
  assert.equal([told.payload.status, 'pin' in told.payload], ['completed', false])
  await ofDevice.end()
  await ofAdmin.end()
})

test('after five wrong PINs the vendor waits ten minutes, or an admin lets them try again', async ({ app, clock }) => {
  const { customer, vendor, order } = await job(app, { pin: true })
  const pin = await pinOf(customer, order)
  const wrong = pin === '0000' ? '0001' : '0000'
  const complete = (given: string) => vendor.set(order, 'completed', { pin: given })
  const five = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(() => complete(wrong)))
  const codes = five.map(({ body }) => body.code).toSorted()
  assert.equal(codes, [...Array(3).fill('too_many_requests'), ...Array(5).fill('wrong_pin')])
  const locked = await complete(pin)
  assert.equal([locked.status, locked.body.code, locked.body.retryAfter], [429, 'too_many_requests', 600])
  assert.is((await vendor.post(`/api/orders/${order.id}/pin/unlock`)).status, 403)
  assert.is((await app.admin.post(`/api/orders/${order.id}/pin/unlock`)).status, 204)
  const again = await complete(wrong)
  assert.equal([again.status, again.body.code, again.body.triesLeft], [409, 'wrong_pin', 4])
  for (let n = 0; n < 4; n++) await complete(wrong)
  assert.is((await complete(pin)).status, 429)
  clock.advance(10 * 60_000)
  assert.is((await complete(pin)).status, 200)
})

test('an unknown proof is refused, and null asks for nothing any more', async ({ app }) => {
  for (const proof of [{ photos: 6 }, { photos: 0 }, { note: false }, { fingerprint: true }]) {
    const { status } = await app.admin.post('/api/services', { name: 'x', price: 1, durationMinutes: 1, proof })
    assert.is(status, 400, JSON.stringify(proof))
  }
  const id = await serviceWith(app, { photos: 1 })
  assert.is((await app.admin.patch(`/api/services/${id}`, { proof: null })).body.proof, undefined)
})

test.run()
