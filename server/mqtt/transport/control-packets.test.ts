import { generate, type Packet } from 'mqtt-packet'
import { pino } from 'pino'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packetsOf, quietClient } from '../../system-tests/lib/clients.ts'
import { pingPacket, subscribePacket } from '../../system-tests/lib/packets.ts'
import type { Via } from '../../system-tests/lib/wire.ts'
import { anIdentity, startBroker } from '../../testing/broker.ts'
import { StillClock } from '../../testing/clock.ts'
import { limits } from '../limits.ts'

const test = suite('control packets')

const token = 'any'
const filters = (count: number, of = 'orders') => Array.from({ length: count }, (_, n) => `${of}/${n}`)
const unsubscribePacket = (topics: string[]) => generate({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: topics })

async function client(app: Parameters<typeof quietClient>[0], via: Via = 'tcp') {
  const wire = await quietClient(app, via, { token })
  const heard: Packet[] = []
  let looking = () => {}
  packetsOf(wire, (packet) => (heard.push(packet), looking()))
  return {
    ...wire,
    heard,
    async hears(cmd: Packet['cmd'], count = 1) {
      const enough = () => heard.filter((packet) => packet.cmd === cmd).length >= count
      while (!enough()) await new Promise<void>((resolve) => (looking = resolve))
    },
  }
}

test('a SUBSCRIBE with more filters than a client may have closes the connection before any is checked', async () => {
  const app = await startBroker()
  for (const packet of [subscribePacket, (...topics: string[]) => unsubscribePacket(topics)]) {
    const good = await client(app)
    good.send(packet(...filters(limits.subscriptions)))
    good.send(pingPacket())
    await good.hears('pingresp')
    good.destroy()
    const asked: unknown[] = []
    app.broker.aedes.once('subscribe', () => asked.push('subscribe'))
    app.broker.aedes.once('unsubscribe', (topics) => topics.length > limits.subscriptions && asked.push('unsubscribe'))
    const greedy = await client(app)
    greedy.send(packet(...filters(limits.subscriptions + 1)))
    await greedy.closed
    assert.equal([asked, greedy.heard], [[], []])
  }
  await app.stop()
})

test('refused filters get 128, until hundreds were refused; later ones are not read', async () => {
  const logged: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) })
  const refusals = () => logged.splice(0).filter((line) => line.includes('subscription refused')).length
  const app = await startBroker({ log, identify: async () => anIdentity({ role: 'customer' }) })
  const one = await client(app)
  const most = limits.subscriptions
  for (let n = 0; n < limits.refusedFilters / most - 1; n++) one.send(subscribePacket(...filters(most)))
  one.send(subscribePacket(...filters(most - 1), 'users/boss/replies'))
  one.send(pingPacket())
  await one.hears('pingresp')
  one.send(subscribePacket('orders/new'))
  await one.closed
  assert.equal(
    one.heard.flatMap((packet) => (packet.cmd === 'suback' ? packet.granted : [])),
    [...Array<number>(limits.refusedFilters - 1).fill(128), 1, 128],
  )
  assert.is(refusals(), limits.refusals)

  const flood = await client(app)
  flood.send(Buffer.concat(filters(2_000).map((filter) => subscribePacket(filter))))
  await flood.closed
  assert.ok(refusals() <= limits.refusals + 1)
  await app.stop()
})

for (const via of ['tcp', 'websocket'] satisfies Via[]) {
  test(`a client that sends too many control packets is throttled (${via})`, async () => {
    const clock = new StillClock()
    const app = await startBroker({ clock, rateLimits: true })
    const cost = 1 + limits.subscriptions * limits.filterCost
    const most = Math.floor(limits.controlPackets.burst / cost)
    const wire = await client(app, via)
    wire.send(Buffer.concat(Array.from({ length: most + 1 }, () => subscribePacket(...filters(limits.subscriptions)))))
    await wire.hears('suback', most + 1)
    wire.send(pingPacket())
    // A client that connects later is served first.
    const other = await client(app, via)
    other.send(pingPacket())
    await other.hears('pingresp')
    assert.not(wire.heard.some(({ cmd }) => cmd === 'pingresp'))
    clock.advance((cost / limits.controlPackets.perSecond) * 1000)
    await wire.hears('pingresp')
    wire.send(pingPacket())
    clock.advance(1)
    await wire.hears('pingresp', 2)
    for (const { destroy } of [wire, other]) destroy()
    await app.stop()
  })
}

test.run()
