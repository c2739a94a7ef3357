import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { quietClient, packetsOf } from '../../system-tests/lib/clients.ts'
import { disconnectPacket, publishPacket } from '../../system-tests/lib/packets.ts'
import type { Wire } from '../../system-tests/lib/wire.ts'
import { anIdentity, startBroker } from '../../testing/broker.ts'
import { StillClock } from '../../testing/clock.ts'
import { keepAliveTimerOf } from '../transport/aedes-internals.ts'
import { limits } from '../limits.ts'

const test = suite('publish queue')

const { burst, perSecond } = limits.publications
const eachMs = 1000 / perSecond
const device = { deviceId: 'd1', sessionId: null }

/** A paced broker in whose time nothing passes by itself, and what it has taken in. */
async function paced(identity = anIdentity({ role: 'vendor' })) {
  const clock = new StillClock()
  const taken: string[] = []
  const refused: string[] = []
  let looking = () => {}
  const app = await startBroker({
    identify: async () => identity,
    clock,
    rateLimits: true,
    router: {
      async route(_connection, { payload }) {
        taken.push(String(payload))
        looking()
        return 'acknowledge'
      },
      refuse: (_sender, { topic }) => void refused.push(topic),
    },
  })
  /** Resolves when so many were taken in and the next one waits for its turn. */
  async function waits(count: number) {
    while (taken.length < count) await new Promise<void>((resolve) => (looking = resolve))
    await clock.waitedFor(eachMs)
  }
  return { app, clock, taken, refused, waits }
}

const publications = (count: number, topic = 'vendor/status') =>
  Buffer.concat(Array.from({ length: count }, (_, index) => publishPacket(topic, String(index + 1), index + 1)))

const client = (app: Parameters<typeof quietClient>[0], options = {}): Promise<Wire> =>
  quietClient(app, 'tcp', { token: 'any' }, options)

test('a client that publishes too fast waits for one token per publication, and no longer', async () => {
  const { app, clock, taken, waits } = await paced()
  const wire = await client(app)
  wire.send(publications(burst + 60))
  for (let n = 0; n < 60; n++) {
    await waits(burst + n)
    assert.is(taken.length, burst + n)
    clock.advance(eachMs)
  }
  await app.broker.drain()
  assert.is(taken.length, burst + 60)
  wire.destroy()
  await app.stop()
})

test('a throttled client does not time out, although its PINGREQs are not read', async () => {
  const { app, clock, waits } = await paced()
  // Aedes uses real time: each delay must reset its keep-alive timer.
  let signs = 0
  app.broker.aedes.once('client', (registered) => {
    const timer = keepAliveTimerOf(registered)
    assert.ok(timer)
    const refresh = timer.refresh.bind(timer)
    timer.refresh = () => (signs++, refresh())
  })
  const wire = await client(app)
  wire.send(publications(burst + 5))
  await waits(burst)
  signs = 0
  for (let n = 1; n <= 5; n++) {
    clock.advance(eachMs)
    await (n < 5 ? waits(burst + n) : app.broker.drain())
    assert.is(signs, n)
  }
  wire.destroy()
  await app.stop()
})

test('of 400 refused publications ten are checked, none waits, and none delays closing the broker', async () => {
  const { app, taken, refused } = await paced(anIdentity({ role: 'customer' }))
  const wire = await client(app)
  const acknowledged: number[] = []
  packetsOf(wire, ({ cmd, messageId }) => cmd === 'puback' && acknowledged.push(messageId ?? 0))
  wire.send(publications(burst + 200))
  await wire.closed
  app.broker.close()
  await app.broker.drain()
  assert.is(refused.length, limits.refusals)
  assert.equal(acknowledged, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  assert.equal(taken, [])
  await app.stop()
})

test('publications still queued when the broker closes are dropped, and closing does not wait for them', async () => {
  const { app, clock, taken, waits } = await paced()
  const wire = await client(app)
  wire.send(publications(burst + 100))
  await waits(burst)
  app.broker.close()
  clock.advance(eachMs)
  await app.broker.drain()
  assert.is(taken.length, burst)
  await app.stop()
})

for (const how of ['that is open', 'whose client has gone']) {
  test(`after a revocation, no more publications are handled from a connection ${how}`, async () => {
    const { app, clock, taken, waits } = await paced(anIdentity({ role: 'vendor', ...device }))
    const wire = await client(app)
    wire.send(publications(burst + 5))
    await waits(burst)
    if (how !== 'that is open') {
      const gone = new Promise((resolve) => app.broker.aedes.once('clientDisconnect', resolve))
      wire.destroy()
      await gone
    }
    app.connections.close({ deviceId: device.deviceId })
    clock.advance(1_000)
    await app.broker.drain()
    assert.is(taken.length, burst)
    await app.stop()
  })
}

test('queued publications are dropped when the token expires', async () => {
  const identity = anIdentity({ role: 'vendor' })
  const { app, clock, taken, waits } = await paced(identity)
  Object.assign(identity, { expiresAt: clock.now() + 5 * eachMs })
  const wire = await client(app)
  wire.send(publications(burst + 100))
  for (let n = 0; n < 4; n++) {
    await waits(burst + n)
    clock.advance(eachMs)
  }
  await waits(burst + 4)
  clock.advance(1_000)
  await wire.closed
  await app.broker.drain()
  assert.is(taken.length, burst + 4)
  await app.stop()
})

test('all publications before a DISCONNECT are handled', async () => {
  const { app, clock, taken, waits } = await paced()
  const wire = await client(app)
  const said = Array.from({ length: burst + 3 }, (_, index) => publishPacket('vendor/status', String(index + 1)))
  wire.send(Buffer.concat([...said, disconnectPacket()]))
  for (let n = 0; n < 3; n++) {
    await waits(burst + n)
    clock.advance(eachMs)
  }
  await app.broker.drain()
  assert.is(taken.length, burst + 3)
  await app.stop()
})

test.run()
