import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { seeded } from '../../../server/system-tests/lib/numbers.ts'
import type { ActiveFaults } from '../config.ts'
import { createCounters } from '../counters.ts'
import { clientHeader } from './http.ts'
import { startProxy } from './proxy.ts'

const test = suite('chaos: proxy')

/** An echo server behind the proxy. */
async function setup(faults: ActiveFaults) {
  const received: string[] = []
  let onReceived = () => {}
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push(body)
      onReceived()
      response.end(`received ${body}`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const counters = createCounters()
  const proxy = await startProxy({ target: () => ({ http: port, mqtt: port }), random: seeded(3), faults, counters })
  const send = async (client: string, body: string) => {
    const response = await fetch(proxy.http, { method: 'POST', body, headers: { [clientHeader]: client } })
    return response.text()
  }
  const untilReceived = async (count: number) => {
    while (received.length < count) await new Promise<void>((resolve) => (onReceived = resolve))
  }
  const stop = async () => {
    await proxy.stop()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { received, untilReceived, counters, proxy, send, stop }
}

const bodies = Array.from({ length: 200 }, (_, n) => `request ${n}`)

test('duplicates, delays and reorders requests, and returns one response for each', async () => {
  const { received, untilReceived, counters, send, stop } = await setup({ disruptive: false, reordering: true })
  const answers = await Promise.all(bodies.map((body, n) => send(`client ${n % 5}`, body)))
  assert.equal(
    answers,
    bodies.map((body) => `received ${body}`),
  )
  assert.ok(counters.duplicated > 0 && counters.reordered > 0 && counters.delayed > 0)
  await untilReceived(bodies.length + counters.duplicated)
  assert.is(received.length, bodies.length + counters.duplicated)
  assert.is(new Set(received).size, bodies.length)
  await stop()
})

test('with disruptive faults, responses are lost after the server handled the request', async () => {
  const { received, counters, send, stop } = await setup({ disruptive: true, reordering: false })
  const answers = await Promise.all(bodies.map((body) => send('client', body).catch(() => null)))
  assert.equal(new Set(received).size, bodies.length)
  const lost = answers.filter((one) => one === null).length
  assert.is(lost, counters.droppedResponses + counters.cuts)
  assert.ok(counters.droppedResponses > 0 && counters.cuts > 0)
  await stop()
})

test('cuts the network of one client only', async () => {
  const { proxy, send, stop } = await setup({ disruptive: false, reordering: false })
  const restore = proxy.networkOff('one')
  assert.is(await send('one', 'hello').catch(() => 'no network'), 'no network')
  assert.is(await send('other', 'hello'), 'received hello')
  restore()
  assert.is(await send('one', 'hello again'), 'received hello again')
  await stop()
})

test.run()
