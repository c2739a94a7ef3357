import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { placeOrder, type Person } from '../testing/app.ts'
import { packetsOf, type Bearer } from './lib/clients.ts'
import { createFuzz, type Batch } from './lib/fuzz.ts'
import { seeded, type Random } from './lib/numbers.ts'
import { connectPacket } from './lib/packets.ts'
import { descriptorsOf, memoryOf } from './lib/process.ts'
import { figures, progress } from './lib/report.ts'
import { dataFolder, startServer, type TestServer } from './lib/server.ts'
import { eventually, within } from './lib/waiting.ts'
import { openWire } from './lib/wire.ts'

const test = suite('fuzz')

// FUZZ_SEED and FUZZ_PACKETS repeat, or lengthen, a run.
const seed = Number(process.env.FUZZ_SEED ?? 20_260_301)
const total = Number(process.env.FUZZ_PACKETS ?? 1_000_000)
const atOnce = 48

test(`a million random packets crash nothing, break nothing and leave no connection behind (seed ${seed})`, async () => {
  const { dir, remove } = await dataFolder()
  const server = await startServer(dir, { LOG_LEVEL: 'error' })
  try {
    const { pid } = server
    const people = await cast(server)
    const random = seeded(seed)
    const fuzz = createFuzz(random, words(people))

    const warm = descriptorsOf(pid)
    const memoryBefore = memoryOf(pid)
    const begun = performance.now()
    const sent = { before: 0, after: 0, connections: 0, refused: 0, closed: 0, answered: 0, cut: 0, stuck: 0 }
    const inAll = () => sent.before + sent.after
    const stuck: Batch[] = []

    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (inAll() < total && server.alive()) {
          progress(() => `${inAll()} packets on ${sent.connections} connections`)
          const who = random.chance(0.25) ? null : random.pick(people.bearers)
          const credentials = (who ?? random.pick(people.bearers)).token
          const batch = fuzz.batch({ connected: who !== null, credentials, most: 1 + random.below(60) })
          sent.connections++
          const outcome = await sendBatch(server, random, batch, who)
          sent[outcome]++
          if (outcome === 'refused') continue
          sent[who ? 'after' : 'before'] += batch.packets
          if (outcome === 'stuck') stuck.push(batch)
        }
      }),
    )
    const seconds = (performance.now() - begun) / 1000

    assert.ok(server.alive(), `the process is alive; its output is ${server.output().slice(-2000)}`)
    const back = await eventually(() => descriptorsOf(pid) <= warm + 10, 15_000)
    const offline = await eventually(
      async () => [...(await server.presence()).values()].every((status) => status === 'offline'),
      10_000,
    )
    const works = await normalService(server, people.customer)
    figures('fuzz', {
      seed,
      'packets before CONNECT': sent.before,
      'after CONNECT': sent.after,
      seconds,
      connections: sent.connections,
      'answered to the end': sent.answered,
      'closed by the server': sent.closed,
      'cut by the client': sent.cut,
      'neither answered nor closed': sent.stuck,
      'not let in': sent.refused,
      'descriptors before': warm,
      'descriptors after': descriptorsOf(pid),
      'memory MB': memoryOf(pid) - memoryBefore,
    })
    assert.not.match(server.output(), /unhandled|uncaught/i)
    assert.not.match(server.output(), /"level":[56]0/)
    assert.ok(inAll() >= total)
    assert.is(sent.refused, 0, 'a good CONNECT is always let in')
    assert.is(sent.stuck, 0, `all is answered or closed; not this: ${stuck[0]?.bytes.toString('hex').slice(0, 4000)}`)
    assert.ok(back, 'no descriptor is left behind')
    assert.ok(offline, 'no vendor counts as present')
    assert.ok(works, 'an order is placed and received')
  } finally {
    await server.end('SIGKILL')
    await remove()
  }
})

test('nor do random packets of devices with persistent sessions, with all limits on', async () => {
  const { dir, remove } = await dataFolder()
  const server = await startServer(dir, { LOG_LEVEL: 'error', RATE_LIMITS: 'on' })
  try {
    const { pid } = server
    const people = await cast(server)
    // Enough devices that none exceeds the connects per minute of an account (MQTT_CONNECTS_PER_ACCOUNT).
    const devices = await Promise.all(Array.from({ length: 12 }, () => deviceOfItsOwn(server)))
    const random = seeded(seed + 1)
    const fuzz = createFuzz(random, words(people))
    const warm = descriptorsOf(pid)
    const memoryBefore = memoryOf(pid)
    const sent = { packets: 0, connections: 0, refused: 0, closed: 0, answered: 0, cut: 0, stuck: 0 }
    const begun = performance.now()
    await Promise.all(
      devices.map(async (device) => {
        for (let n = 0; n < 100 && server.alive(); n++) {
          progress(() => `${sent.packets} packets on ${sent.connections} connections`)
          // Short batches stay below the publish rate; long ones exceed it.
          const batch = fuzz.batch({
            connected: true,
            credentials: device.token,
            most: 1 + random.below(random.chance(0.2) ? 400 : 12),
          })
          const session = { clean: random.chance(0.1), clientId: `van-${random.below(3)}` }
          sent[await sendBatch(server, random, batch, device, session)]++
          sent.connections++
          sent.packets += batch.packets
        }
      }),
    )
    const seconds = (performance.now() - begun) / 1000
    assert.ok(server.alive(), `the process is alive; its output is ${server.output().slice(-2000)}`)
    const back = await eventually(() => descriptorsOf(pid) <= warm + 10, 15_000)
    const works = await normalService(server, people.customer)
    figures('fuzz of persistent sessions, limits on', {
      ...sent,
      seconds,
      'descriptors before': warm,
      'descriptors after': descriptorsOf(pid),
      'memory MB': memoryOf(pid) - memoryBefore,
    })
    assert.not.match(server.output(), /unhandled|uncaught/i)
    assert.not.match(server.output(), /"level":[56]0/)
    assert.is(sent.refused, 0, 'a good CONNECT is always let in')
    assert.is(sent.stuck, 0, 'all is answered or closed')
    assert.ok(back, 'no descriptor is left behind')
    assert.ok(works, 'an order is placed and received')
    assert.is(await server.end('SIGTERM'), 0)
  } finally {
    await server.end('SIGKILL')
    await remove()
  }
})

/** A device of a new vendor. */
async function deviceOfItsOwn(server: TestServer): Promise<Bearer> {
  const vendor = await server.vendor()
  const { status, body } = await vendor.post<{ token: string }>('/api/devices', { name: 'Van' })
  assert.is(status, 201, 'a device is made')
  return body
}

type Outcome = 'answered' | 'closed' | 'cut' | 'refused' | 'stuck'

/** Sends one batch on a new connection, in random pieces, and waits for the expected outcome. */
async function sendBatch(
  server: TestServer,
  random: Random,
  batch: Batch,
  who: Bearer | null,
  session: { clean?: boolean; clientId?: string } = {},
): Promise<Outcome> {
  const wire = await openWire(server.app, random.chance(0.75) ? 'tcp' : 'websocket').catch(() => null)
  if (!wire) return 'refused'
  try {
    let pings = 0
    let allAnswered = () => {}
    let admitted = () => {}
    packetsOf(wire, (packet) => {
      if (packet.cmd === 'connack' && packet.returnCode === 0) admitted()
      if (packet.cmd === 'pingresp' && ++pings === batch.pings) allAnswered()
    })
    if (who) {
      const connected = new Promise<true>((resolve) => (admitted = () => resolve(true)))
      // Some use a client id that is in use, which closes the other connection.
      const taken = random.chance(0.02) ? { clientId: `fuzz-${random.below(50)}` } : {}
      wire.send(connectPacket({ ...taken, ...session, password: who.token }))
      if (!(await within(10_000, Promise.race([connected, wire.closed.then(() => false)])))) return 'refused'
    }
    const answered = new Promise<'answered'>((resolve) => (allAnswered = () => resolve('answered')))
    const closed = wire.closed.then(() => 'closed' as const)
    if (random.chance(0.3)) {
      const cut = random.below(batch.bytes.length)
      wire.send(batch.bytes.subarray(0, cut))
      wire.send(batch.bytes.subarray(cut))
    } else {
      wire.send(batch.bytes)
    }
    if (batch.ending === 'waits') return 'cut'
    return (await within(10_000, batch.ending === 'closes' ? closed : Promise.race([answered, closed]))) ?? 'stuck'
  } finally {
    wire.destroy()
  }
}

type Cast = Awaited<ReturnType<typeof cast>>

/** An account of each role, a device, and orders that they all may change. */
async function cast(server: TestServer) {
  const [customer, vendor] = await Promise.all([server.customer(), server.vendor()])
  const serviceId = await server.service()
  const orders = await Promise.all(
    Array.from({ length: 5 }, () => customer.post<{ id: string }>('/api/orders', placeOrder(serviceId))),
  )
  const { status, body } = await vendor.post<{ token: string }>('/api/devices', {
    name: 'Van 7',
  })
  assert.is(status, 201, 'a device is made')
  const bearers: Bearer[] = [customer, vendor, server.admin, { token: body.token }]
  return { customer, vendor, bearers, orders: orders.map((order) => order.body.id) }
}

function words({ customer, vendor, orders }: Cast) {
  return {
    topics: [
      'vendor/status',
      `vendor/status/${vendor.id}`,
      'vendor/location',
      'orders/new',
      'orders/update',
      ...orders.map((id) => `orders/${id}/status`),
      `customers/${customer.id}/orders`,
      `users/${vendor.id}/replies`,
      `users/${customer.id}/#`,
      'orders/#',
      '#',
      '+/+',
      'vendor/status/+',
      '$SYS/broker/new/clients',
      '$share/group/orders/new',
      'constructor',
      '__proto__/x',
    ],
    payloads: [
      'online',
      'break',
      'offline',
      '{"status":"break"}',
      '{"status":"online","extra":1}',
      'accepted',
      '{"status":"accepted","commandId":"c1"}',
      '{"status":"pending","reason":"no time","commandId":"c2"}',
      '{"status":"on_the_way","version":2}',
      '{"lat":52.5,"lng":13.4}',
      '{"lat":1e999,"lng":null}',
      '{"__proto__":{"status":"online"}}',
      '[[[[[[[[[[',
      'null',
      '',
    ],
  }
}

/** Whether an order placed over REST still arrives over MQTT. */
async function normalService(server: TestServer, customer: Person): Promise<boolean> {
  const probe = await customer.connect('websocket')
  await probe.subscribe(`customers/${customer.id}/orders`)
  const { body } = await customer.post<{ id: string }>('/api/orders', placeOrder(await server.service()))
  const message = await probe.until(({ payload }) => payload.id === body.id)
  await probe.end()
  return message.payload.status === 'pending'
}

test.run()
