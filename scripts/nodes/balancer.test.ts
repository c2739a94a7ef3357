import { once } from 'node:events'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import * as assert from 'uvu/assert'
import { again } from '../../server/system-tests/lib/server.ts'
import { startApp } from '../../server/testing/app.ts'
import { startBalancer, type Balancer } from './balancer.ts'
import { aNode, balance, balancing, open } from './balancer-testing.ts'

const test = balancing('the balancer')

/** Whom so many connections reach, one after the other. */
async function reached({ ports }: Balancer, times: number): Promise<string> {
  const names: string[] = []
  for (let n = 0; n < times; n++) names.push(await text(open(ports.mqtt)))
  return names.join(' ')
}

test('connections go to the nodes in turn, at each door', async (context) => {
  const nodes = [await aNode(context, 'a'), await aNode(context, 'b'), await aNode(context, 'c')]
  const balancer = await balance(context, ...nodes)
  assert.is(await reached(balancer, 7), 'a b c a b c a')
  const pages: string[] = []
  for (let n = 0; n < 4; n++) {
    const answer = await fetch(`http://127.0.0.1:${balancer.ports.http}/`, { headers: { connection: 'close' } })
    pages.push(await answer.text())
  }
  assert.is(pages.join(' '), 'a b c a')
})

test('a node that is not ready is passed over until it is', async (context) => {
  const [a, b] = [await aNode(context, 'a'), await aNode(context, 'b')]
  b.ready = false
  const balancer = await balance(context, a, b)
  assert.is(await reached(balancer, 3), 'a a a')
  b.ready = true
  await balancer.ask()
  assert.is(await reached(balancer, 2), 'b a')
})

test('it asks by itself, again and again', async (context) => {
  const a = await aNode(context, 'a')
  const asked = new Promise<void>((resolve) => {
    let times = 0
    a.onAsked = () => void (++times === 3 && resolve())
  })
  const balancer = await startBalancer({ targets: [a.target], http: 0, mqtt: 0, askEvery: 1 })
  context.after(() => balancer.end())
  await asked
})

test('while no node is ready, one that answers says itself what is amiss', async (context) => {
  const [a, b] = [await aNode(context, 'a'), await aNode(context, 'b')]
  a.die()
  b.ready = false
  const { ports } = await balance(context, a, b)
  const answer = await fetch(`http://127.0.0.1:${ports.http}/readyz`)
  assert.equal([answer.status, await answer.text()], [503, 'b'])
})

test('a node that dies gets no new connection until it is ready again, and no client is turned away', async (context) => {
  const [a, b] = [await aNode(context, 'a'), await aNode(context, 'b')]
  const balancer = await balance(context, a, b)
  assert.is(await reached(balancer, 2), 'a b')
  a.die()
  assert.is(await reached(balancer, 4), 'b b b b')
  await a.comeBack()
  assert.is(await reached(balancer, 2), 'b b')
  await balancer.ask()
  assert.is(await reached(balancer, 2), 'b b')
  assert.is(a.connections, 1)
  a.ready = true
  await balancer.ask()
  assert.ok((await reached(balancer, 2)).includes('a'))
})

test('with every node gone a client is let go at once', async (context) => {
  const a = await aNode(context, 'a')
  const { ports } = await balance(context, a)
  a.die()
  assert.is(await text(open(ports.mqtt)), '')
})

test('when a node breaks off so does its client, and the other way round', async (context) => {
  const accepted: Socket[] = []
  const a = await aNode(context, 'a', (socket) => accepted.push(socket.resume()) && socket.write('a'))
  const { ports } = await balance(context, a)
  for (const whoBreaks of ['node', 'client']) {
    const client = open(ports.mqtt).on('error', () => {})
    await once(client, 'data')
    const node = accepted.pop()
    if (!node) throw new Error('it is connected')
    const [breaks, hears] = whoBreaks === 'node' ? [node, client] : [client, node]
    const heard = once(hears, 'end')
    breaks.resetAndDestroy()
    await heard
    hears.destroy()
  }
})

test('a client that has said all is still answered', async (context) => {
  const a = await aNode(context, 'a', (socket) => {
    let heard = ''
    socket.setEncoding('utf8').on('data', (words) => (heard += words))
    socket.once('end', () => socket.end(`heard ${heard}`))
  })
  const { ports } = await balance(context, a)
  assert.is(await text(open(ports.mqtt).end('this and no more')), 'heard this and no more')
})

test('a balancer that leaves lets nobody in, and keeps who is there until its end', async (context) => {
  const a = await aNode(context, 'a', (socket) => socket.write('a'))
  const balancer = await balance(context, a)
  const client = open(balancer.ports.mqtt).on('error', () => {})
  await once(client, 'data')
  balancer.leave()
  const refused = await once(open(balancer.ports.mqtt), 'connect').catch((error: NodeJS.ErrnoException) => error.code)
  assert.is(refused, 'ECONNREFUSED')
  const closed = once(client, 'close')
  await balancer.end()
  await closed
})

test('REST, MQTT over WebSocket and MQTT over TCP of a real node go through it', async (context) => {
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
