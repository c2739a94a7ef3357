import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import { placeOrder } from '../testing/app.ts'
import { mosquittoPub, mosquittoSub, type MosquittoMessage } from './lib/mosquitto.ts'
import { figures } from './lib/report.ts'
import { dataFolder, startServer, type ProvenServer } from './lib/server.ts'

const test = suite<{ server: ProvenServer; remove: () => Promise<void> }>('mosquitto tools alone')

test.before(async (context) => {
  const { dir, remove } = await dataFolder()
  context.server = await startServer(dir)
  context.remove = remove
})
test.after(async ({ server, remove }) => {
  await server.end('SIGKILL')
  await remove()
})

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

const said = ({ payload }: MosquittoMessage): Said => JSON.parse(payload) as Said

async function deviceOf(server: ProvenServer, name: string) {
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
  const offer = said(await listening.until(({ topic }) => topic === 'orders/new'))
  assert.is(offer.id, placed.body.id)
  assert.is(offer.contact, null, 'an offer does not say where to go')

  const steps = ['accepted', 'on_the_way', 'in_progress', 'completed']
  for (const [index, step] of steps.entries()) {
    const version = index + 2
    await mosquittoPub(app, device, `orders/${offer.id}/status`, step)
    // Its acknowledgement means that it is stored, not only that it was heard.
    const stored = (await customer.get<Order>(`/api/orders/${offer.id}`)).body
    assert.equal([stored.status, stored.version], [step, version])
    const reply = said(
      await listening.until((message) => message.topic === replies && said(message).version === version),
    )
    assert.equal([reply.ok, reply.orderId], [true, offer.id])
    await listening.until((message) => message.topic === 'orders/update' && said(message).version === version)
  }
  const done = (await customer.get<Order>(`/api/orders/${offer.id}`)).body
  assert.equal(
    done.history.map((entry) => entry.status),
    ['pending', ...steps],
  )
  assert.ok(done.history.slice(1).every((entry) => entry.by.id === vendor.id))

  // One step too many is told to whoever took it, and changes nothing.
  await mosquittoPub(app, device, `orders/${offer.id}/status`, 'accepted')
  const refusal = said(await listening.until((message) => message.topic === replies && said(message).ok === false))
  assert.equal([refusal.code, refusal.orderId], ['invalid_transition', offer.id])
  assert.equal((await customer.get<Order>(`/api/orders/${offer.id}`)).body.version, done.version)
  figures('mosquitto', {
    'steps by mosquitto_pub': steps.length,
    'messages at mosquitto_sub': listening.messages.length,
  })
  listening.end()
})

test('a vendor is present while mosquitto_sub runs, takes a break by a bare word, and is gone when it is killed', async ({
  server,
}) => {
  const { app, admin } = server
  const { vendor, device } = await deviceOf(server, 'Ben')
  const own = `vendor/status/${vendor.id}`
  const screen = await mosquittoSub(app, admin, 'vendor/status/+', 'vendor/location')
  const becomes = (status: string) =>
    screen.until((message) => message.topic === own && said(message).status === status)

  await becomes('offline')
  const first = await mosquittoSub(app, device, own)
  await becomes('online')
  await mosquittoPub(app, device, 'vendor/status', 'break')
  await becomes('break')
  assert.is((await server.presence()).get(vendor.id), 'break')
  screen.messages.length = 0
  await mosquittoPub(app, device, 'vendor/status', '{"status":"online"}')
  await becomes('online')

  await mosquittoPub(app, device, 'vendor/location', '{"lat":52.52,"lng":13.4}')
  const position = await screen.until(({ topic }) => topic === 'vendor/location')
  assert.is(said(position).vendorId, vendor.id)

  screen.messages.length = 0
  const second = await mosquittoSub(app, device, own)
  first.kill()
  second.end()
  await becomes('offline')
  assert.is((await server.presence()).get(vendor.id), 'offline')
  screen.end()
})

test.run()
