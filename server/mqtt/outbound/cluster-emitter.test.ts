import { pino } from 'pino'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { topics } from '#shared/topics.ts'
import type { RelayedPacket } from '../../cluster/messages.ts'
import { quietClient, packetsOf } from '../../system-tests/lib/clients.ts'
import { publishPacket, subscribePacket } from '../../system-tests/lib/packets.ts'
import { anIdentity, somePersistence, startBroker } from '../../testing/broker.ts'
import { anOrder } from '../../testing/records.ts'
import { createClusterEmitter, type ClusterEmitterDependencies } from './cluster-emitter.ts'
import { createFanOut } from './fan-out.ts'
import { createOrderPayloads } from './order-payloads.ts'

const test = suite('cluster emitter')

type PacketListener = (packet: RelayedPacket, from: string) => void

/** Brokers joined by a bus that copies every message, as Redis does. */
function startCluster() {
  const sent: { from: string; topic: string; bytes: number }[] = []
  const listeners = new Map<string, PacketListener>()

  const membershipOf = (id: string): ClusterEmitterDependencies['membership'] => ({
    send(_kind, body) {
      sent.push({ from: id, topic: body.topic, bytes: body.payload.length })
      for (const [node, listener] of listeners)
        if (node !== id) listener({ ...body, payload: Buffer.from(body.payload) }, id)
    },
    on: (_kind, listener) => void listeners.set(id, listener),
  })

  async function start(id: string, role: 'vendor' | 'admin') {
    const fanOut = createFanOut()
    const orderPayloads = createOrderPayloads()
    const persistence = somePersistence()
    const log = pino({ level: 'silent' })
    const mq = createClusterEmitter({ mq: fanOut.mq, membership: membershipOf(id), orderPayloads, persistence, log })
    const broker = await startBroker({
      id,
      fanOut,
      mq,
      orderPayloads,
      persistence,
      identify: async () => anIdentity({ role, id: role }),
    })
    return { ...broker, orderPayloads }
  }
  return { sent, start }
}

test('a client’s publication stays on its node; an order reaches the subscribers of another node', async () => {
  const { sent, start } = startCluster()
  const [first, second] = [await start('node-1', 'vendor'), await start('node-2', 'admin')]
  const vendor = await quietClient(first, 'tcp', { token: 'any' })
  const admin = await quietClient(second, 'tcp', { token: 'any' })
  const subscribed = new Promise<void>((resolve) => packetsOf(admin, ({ cmd }) => cmd === 'suback' && resolve()))
  const received = new Promise<string>((resolve) =>
    packetsOf(admin, (packet) => packet.cmd === 'publish' && resolve(String(packet.payload))),
  )
  admin.send(subscribePacket(topics.ordersNew))
  await subscribed
  sent.length = 0

  const acknowledged = new Promise<void>((resolve) => packetsOf(vendor, ({ cmd }) => cmd === 'puback' && resolve()))
  vendor.send(publishPacket(topics.vendorStatus, 'online', 1))
  await acknowledged
  assert.equal(sent, [])

  const order = anOrder({ id: 'o1' })
  const payload = first.orderPayloads.create(order)
  first.broker.aedes.publish(
    { cmd: 'publish', topic: topics.ordersNew, payload, qos: 1, retain: false, dup: false },
    () => {},
  )
  assert.is(JSON.parse(await received).id, 'o1')
  assert.equal(
    sent.map(({ from, topic }) => `${from} ${topic}`),
    ['node-1 orders/new'],
  )
  assert.ok(sent.every(({ bytes }) => bytes > 100))
  for (const wire of [vendor, admin]) wire.destroy()
  await Promise.all([first.stop(), second.stop()])
})

test.run()
