import { once } from 'node:events'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import * as assert from 'uvu/assert'
import { again } from '../../server/system-tests/lib/server.ts'
import { startApp } from '../../server/testing/app.ts'
import { startBalancer, type Balancer } from './balancer.ts'
import { balance, balancerSuite, open, startFakeNode } from './balancer-testing.ts'

const test = balancerSuite('load balancer')

/** Names of the nodes that successive connections reach. */
async function reachedNodes({ ports }: Balancer, times: number): Promise<string> {
  const names: string[] = []
  for (let n = 0; n < times; n++) names.push(await text(open(ports.mqtt)))
  return names.join(' ')
}

test('connections of each port go round robin to the nodes', async (context) => {
  const nodes = [
    await startFakeNode(context, 'a'),
    await startFakeNode(context, 'b'),
    await startFakeNode(context, 'c'),
  ]
  const balancer = await balance(context, ...nodes)
  assert.is(await reachedNodes(balancer, 7), 'a b c a b c a')
  const pages: string[] = []
  for (let n = 0; n < 4; n++) {
    const answer = await fetch(`http://127.0.0.1:${balancer.ports.http}/`, { headers: { connection: 'close' } })
    pages.push(await answer.text())
  }
  assert.is(pages.join(' '), 'a b c a')
})

test('a node that is not ready is skipped until it is ready', async (context) => {
  const [a, b] = [await startFakeNode(context, 'a'), await startFakeNode(context, 'b')]
  b.ready = false
  const balancer = await balance(context, a, b)
  assert.is(await reachedNodes(balancer, 3), 'a a a')
  b.ready = true
  await balancer.checkAll()
  assert.is(await reachedNodes(balancer, 2), 'b a')
})

test('checks readiness periodically', async (context) => {
  const a = await startFakeNode(context, 'a')
  const checked = new Promise<void>((resolve) => {
    let times = 0
    a.onReadinessCheck = () => void (++times === 3 && resolve())
  })
  const balancer = await startBalancer({ targets: [a.target], http: 0, mqtt: 0, checkEvery: 1 })
  context.after(() => balancer.stop())
  await checked
})

test('while no node is ready, a reachable node receives the request and reports its state', async (context) => {
  const [a, b] = [await startFakeNode(context, 'a'), await startFakeNode(context, 'b')]
  a.stop()
  b.ready = false
  const { ports } = await balance(context, a, b)
  const answer = await fetch(`http://127.0.0.1:${ports.http}/readyz`)
  assert.equal([answer.status, await answer.text()], [503, 'b'])
})

test('a node that exits gets no new connection until it is ready again, and no client is refused', async (context) => {
  const [a, b] = [await startFakeNode(context, 'a'), await startFakeNode(context, 'b')]
  const balancer = await balance(context, a, b)
  assert.is(await reachedNodes(balancer, 2), 'a b')
  a.stop()
  assert.is(await reachedNodes(balancer, 4), 'b b b b')
  await a.restart()
  assert.is(await reachedNodes(balancer, 2), 'b b')
  await balancer.checkAll()
  assert.is(await reachedNodes(balancer, 2), 'b b')
  assert.is(a.connections, 1)
  a.ready = true
  await balancer.checkAll()
  assert.ok((await reachedNodes(balancer, 2)).includes('a'))
})

test('without any node a client is disconnected at once', async (context) => {
  const a = await startFakeNode(context, 'a')
  const { ports } = await balance(context, a)
  a.stop()
  assert.is(await text(open(ports.mqtt)), '')
})

test('a reset of the node resets its client, and vice versa', async (context) => {
  const accepted: Socket[] = []
  const a = await startFakeNode(context, 'a', (socket) => accepted.push(socket.resume()) && socket.write('a'))
  const { ports } = await balance(context, a)
  for (const resetBy of ['node', 'client']) {
    const client = open(ports.mqtt).on('error', () => {})
    await once(client, 'data')
    const node = accepted.pop()
    if (!node) throw new Error('the node has no connection')
    const [resetting, other] = resetBy === 'node' ? [node, client] : [client, node]
    const ended = once(other, 'end')
    resetting.resetAndDestroy()
    await ended
    other.destroy()
  }
})

test('a client that half-closed its connection still receives the response', async (context) => {
  const a = await startFakeNode(context, 'a', (socket) => {
    let received = ''
    socket.setEncoding('utf8').on('data', (chunk) => (received += chunk))
    socket.once('end', () => socket.end(`received ${received}`))
  })
  const { ports } = await balance(context, a)
  assert.is(await text(open(ports.mqtt).end('the whole request')), 'received the whole request')
})

test('after stopAccepting a balancer refuses new connections and keeps open ones until stop', async (context) => {
  const a = await startFakeNode(context, 'a', (socket) => socket.write('a'))
  const balancer = await balance(context, a)
  const client = open(balancer.ports.mqtt).on('error', () => {})
  await once(client, 'data')
  balancer.stopAccepting()
  const refused = await once(open(balancer.ports.mqtt), 'connect').catch((error: NodeJS.ErrnoException) => error.code)
  assert.is(refused, 'ECONNREFUSED')
  const closed = once(client, 'close')
  await balancer.stop()
  await closed
})

test('forwards REST, MQTT over WebSocket and MQTT over TCP of a real node', async (context) => {
  const app = await startApp()
  context.after(() => app.stop())
  const port = (url: string) => Number(new URL(url).port)
  const { ports } = await balance(context, { target: { http: port(app.http), mqtt: port(app.mqtt) } })
  const through = {
    http: `http://127.0.0.1:${ports.http}`,
    mqtt: `mqtt://127.0.0.1:${ports.mqtt}`,
    websocket: `ws://127.0.0.1:${ports.http}/mqtt`,
    demoAccounts: [],
  }
  const admin = again(app.admin, through)
  const screens = [await admin.connect('websocket'), await admin.connect('tcp')]
  for (const screen of screens) await screen.subscribe('orders/new')
  const order = await app.order(again(await app.customer(), through))
  for (const screen of screens) {
    const { payload } = await screen.until(({ topic }) => topic === 'orders/new')
    assert.is(payload.id, order.id)
  }
  await Promise.all(screens.map((screen) => screen.end()))
})

test.run()
