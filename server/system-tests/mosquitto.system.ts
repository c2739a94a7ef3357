import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import { placeOrder } from '../testing/app.ts'
import { mosquittoPub, mosquittoSub, type MosquittoMessage } from './lib/mosquitto.ts'
import { figures } from './lib/report.ts'
import { serverSuite, type TestServer } from './lib/server.ts'

const test = serverSuite('mosquitto tools alone', { forAll: true })

interface Said {
  id?: string
  ok?: boolean
  code?: string
  orderId?: string
  version?: number
  vendorId?: string
  status?: string
  contact?: unknown
}

const parsedPayload = ({ payload }: MosquittoMessage): Said => JSON.parse(payload) as Said

async function deviceOf(server: TestServer, name: string) {
  const vendor = await server.vendor(name)
  const { status, body } = await vendor.post<{ token: string }>('/api/devices', { name: 'A button on the wall' })
  assert.is(status, 201, 'a device is made')
  return { vendor, device: body }
}

test('an order goes from pending to completed with mosquitto_pub and mosquitto_sub and a device token', async ({
  server,
}) => {
  const { app } = server
  const { vendor, device } = await deviceOf(server, 'Ana')
  const replies = `users/${vendor.id}/replies`
  const listening = await mosquittoSub(app, device, 'orders/new', 'orders/update', replies)

  const customer = await server.customer()
  const placed = await customer.post<Order>('/api/orders', placeOrder(await server.service()))
  const offer = parsedPayload(await listening.until(({ topic }) => topic === 'orders/new'))
  assert.is(offer.id, placed.body.id)
  assert.is(offer.contact, null, 'an offer does not say where to go')

  const steps = ['accepted', 'on_the_way', 'in_progress', 'completed']
  for (const [index, step] of steps.entries()) {
    const version = index + 2
    await mosquittoPub(app, device, `orders/${offer.id}/status`, step)
    // The PUBACK means that the command is stored, not only received.
    const stored = (await customer.get<Order>(`/api/orders/${offer.id}`)).body
    assert.equal([stored.status, stored.version], [step, version])
    const reply = parsedPayload(
      await listening.until((message) => message.topic === replies && parsedPayload(message).version === version),
    )
    assert.equal([reply.ok, reply.orderId], [true, offer.id])
    await listening.until((message) => message.topic === 'orders/update' && parsedPayload(message).version === version)
  }
  const done = (await customer.get<Order>(`/api/orders/${offer.id}`)).body
  assert.equal(
    done.history.map((entry) => entry.status),
    ['pending', ...steps],
  )
  assert.ok(done.history.slice(1).every((entry) => entry.by.id === vendor.id))

  // An invalid transition is reported to the sender and changes nothing.
  await mosquittoPub(app, device, `orders/${offer.id}/status`, 'accepted')
  const refusal = parsedPayload(
    await listening.until((message) => message.topic === replies && parsedPayload(message).ok === false),
  )
  assert.equal([refusal.code, refusal.orderId], ['invalid_transition', offer.id])
  assert.equal((await customer.get<Order>(`/api/orders/${offer.id}`)).body.version, done.version)
  figures('mosquitto', {
    'steps by mosquitto_pub': steps.length,
    'messages at mosquitto_sub': listening.messages.length,
  })
  listening.end()
})

test('a vendor is online while mosquitto_sub runs, on a break after a plain-text status, and offline when it is killed', async ({
  server,
}) => {
  const { app, admin } = server
  const { vendor, device } = await deviceOf(server, 'Ben')
  const own = `vendor/status/${vendor.id}`
  const subscriber = await mosquittoSub(app, admin, 'vendor/status/+', 'vendor/location')
  const becomes = (status: string) =>
    subscriber.until((message) => message.topic === own && parsedPayload(message).status === status)

  await becomes('offline')
  const first = await mosquittoSub(app, device, own)
  await becomes('online')
  await mosquittoPub(app, device, 'vendor/status', 'break')
  await becomes('break')
  assert.is((await server.presence()).get(vendor.id), 'break')
  subscriber.messages.length = 0
  await mosquittoPub(app, device, 'vendor/status', '{"status":"online"}')
  await becomes('online')

  await mosquittoPub(app, device, 'vendor/location', '{"lat":52.52,"lng":13.4}')
  const position = await subscriber.until(({ topic }) => topic === 'vendor/location')
  assert.is(parsedPayload(position).vendorId, vendor.id)

  subscriber.messages.length = 0
  const second = await mosquittoSub(app, device, own)
  first.kill()
  second.end()
  await becomes('offline')
  assert.is((await server.presence()).get(vendor.id), 'offline')
  subscriber.end()
})

test.run()
