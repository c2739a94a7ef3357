import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { seeded } from '../../../server/system-tests/lib/numbers.ts'
import { eventually } from '../../../server/system-tests/lib/waiting.ts'
import type { Mood } from '../config.ts'
import { createTally } from '../counters.ts'
import { clientHeader } from './http.ts'
import { startProxy } from './proxy.ts'

const test = suite('the proxy')

/** A server that says back what it was told, behind the proxy. */
async function stage(mood: Mood) {
  const heard: string[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      heard.push(body)
      response.end(`heard ${body}`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const tally = createTally()
  const proxy = await startProxy({ target: () => ({ http: port, mqtt: port }), random: seeded(3), mood, tally })
  const say = async (client: string, words: string) => {
    const response = await fetch(proxy.http, { method: 'POST', body: words, headers: { [clientHeader]: client } })
    return response.text()
  }
  const stop = async () => {
    await proxy.stop()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { heard, tally, proxy, say, stop }
}

const words = Array.from({ length: 200 }, (_, n) => `request ${n}`)

test('a request comes twice to the server and is answered once; one lets another pass', async () => {
  const { heard, tally, say, stop } = await stage({ rough: false, mild: true })
  const answers = await Promise.all(
    words.map(async (one, n) => {
      await sleep(n * 5)
      return say(`client ${n % 5}`, one)
    }),
  )
  assert.equal(
    answers,
    words.map((one) => `heard ${one}`),
  )
  assert.ok(tally.duplicated > 0 && tally.reordered > 0 && tally.delayed > 0)
  assert.ok(await eventually(() => heard.length === words.length + tally.duplicated, 3_000))
  assert.is(new Set(heard).size, words.length)
  await stop()
})

test('when it is rough, answers are lost after the server has done its work', async () => {
  const { heard, tally, say, stop } = await stage({ rough: true, mild: false })
  const answers = await Promise.all(words.map((one) => say('client', one).catch(() => null)))
  assert.equal(new Set(heard).size, words.length)
  const lost = answers.filter((one) => one === null).length
  assert.is(lost, tally.swallowed + tally.cuts)
  assert.ok(tally.swallowed > 0 && tally.cuts > 0)
  await stop()
})

test('one client is without a network, the others are not', async () => {
  const { proxy, say, stop } = await stage({ rough: false, mild: false })
  const bringBack = proxy.networkOff('one')
  assert.is(await say('one', 'hello').catch(() => 'no network'), 'no network')
  assert.is(await say('other', 'hello'), 'heard hello')
  bringBack()
  assert.is(await say('one', 'hello again'), 'heard hello again')
  await stop()
})

test.run()
