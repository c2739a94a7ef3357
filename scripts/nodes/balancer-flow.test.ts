import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { aNode, balance, balancing, open } from './balancer-testing.ts'

const test = balancing('the balancer, under load')

for (const slow of ['client', 'node']) {
  test(`a ${slow} that reads slowly gets every byte, and slows down who sends them`, async (context) => {
    const chunk = randomBytes(64 * 1024)
    const chunks = 1_500
    const sum = createHash('sha256')
    for (let n = 0; n < chunks; n++) sum.update(chunk)
    const flow = { sent: 0, received: 0, most: 0 }

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
        flow.most = Math.max(flow.most, flow.sent - flow.received)
        for (let n = 0; n < 20; n++) await turn()
      }
      return received.digest('hex')
    }

    const atNode: Promise<string | void>[] = []
    const talk = slow === 'client' ? send : receive
    const a = await aNode(context, 'a', (socket) => atNode.push(talk(socket)))
    const { ports } = await balance(context, a)
    const client = open(ports.mqtt)
    const atClient = await (slow === 'client' ? receive(client) : send(client))
    const got = slow === 'client' ? atClient : await atNode[0]
    assert.is(got, sum.digest('hex'))
    // What the kernel holds for two connections is some megabytes; a balancer that read on would hold nearly everything.
    assert.ok(flow.most < (chunk.length * chunks) / 2, `${flow.most} bytes were under way`)
    client.destroy()
  })
}

test.run()
