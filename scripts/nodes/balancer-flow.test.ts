import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { balance, balancerSuite, open, startFakeNode } from './balancer-testing.ts'

const test = balancerSuite('load balancer under load')

for (const slow of ['client', 'node']) {
  test(`a ${slow} that reads slowly receives every byte and slows the sender down`, async (context) => {
    const chunk = randomBytes(64 * 1024)
    const chunks = 1_500
    const sum = createHash('sha256')
    for (let n = 0; n < chunks; n++) sum.update(chunk)
    const flow = { sent: 0, received: 0, maxInFlight: 0 }

    async function send(socket: Socket) {
      for (let n = 0; n < chunks; n++) {
        flow.sent += chunk.length
        if (!socket.write(chunk)) await once(socket, 'drain')
      }
      socket.end()
    }
    async function receive(socket: Socket): Promise<string> {
      const received = createHash('sha256')
      for await (const part of socket) {
        received.update(part)
        flow.received += part.length
        flow.maxInFlight = Math.max(flow.maxInFlight, flow.sent - flow.received)
        for (let n = 0; n < 20; n++) await nextTurn()
      }
      return received.digest('hex')
    }

    const atNode: Promise<string | void>[] = []
    const onConnection = slow === 'client' ? send : receive
    const a = await startFakeNode(context, 'a', (socket) => atNode.push(onConnection(socket)))
    const { ports } = await balance(context, a)
    const client = open(ports.mqtt)
    const atClient = await (slow === 'client' ? receive(client) : send(client))
    const received = slow === 'client' ? atClient : await atNode[0]
    assert.is(received, sum.digest('hex'))
    // The kernel buffers some megabytes for two connections; a balancer without backpressure would buffer nearly everything.
    assert.ok(flow.maxInFlight < (chunk.length * chunks) / 2, `${flow.maxInFlight} bytes were in flight`)
    client.destroy()
  })
}

test.run()
