import { generate, parser, type IPublishPacket, type Packet } from 'mqtt-packet'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { seeded } from '../../../server/system-tests/lib/numbers.ts'
import { StillClock } from '../../../server/testing/clock.ts'
import { config } from '../config.ts'
import { createCounters } from '../counters.ts'
import { createTampering, type TamperingOptions } from './packets.ts'

const test = suite('chaos: packet tampering')

const sent = Array.from({ length: 400 }, (_, n) => n)
const publication = (n: number): IPublishPacket => ({
  cmd: 'publish',
  topic: 'orders/new',
  payload: `order ${n}`,
  qos: 1,
  messageId: n + 1,
  dup: false,
  retain: false,
})

/** Sends publications, with a SUBACK after every tenth, in arbitrary pieces through the tampering, and reads the result. */
async function tampered(towards: TamperingOptions['towards'], reordering = true) {
  const clock = new StillClock()
  const counters = createCounters()
  const received: Packet[] = []
  const problems: unknown[] = []
  const reader = parser({ protocolVersion: 4 })
  reader.on('packet', (packet) => received.push(packet))
  reader.on('error', (error) => problems.push(error))
  const faults = { disruptive: false, reordering }
  const tampering = createTampering({
    towards,
    clock,
    random: seeded(5),
    faults,
    counters,
    deliver: (bytes) => void reader.parse(bytes),
    onBroken: () => problems.push('broken'),
  })
  const stream = Buffer.concat(
    sent.flatMap((n) => [
      generate(publication(n)),
      ...(n % 10 === 9 ? [generate({ cmd: 'suback', messageId: n + 1, granted: [1] })] : []),
    ]),
  )
  for (let at = 0; at < stream.length; at += 37) tampering.take(stream.subarray(at, at + 37))
  // The longest delay passes twice: for the packets in the queue, and for those that were held back.
  clock.advance(config.mqtt.delayFor[1])
  tampering.release()
  clock.advance(config.mqtt.delayFor[1])
  tampering.end()
  assert.equal(problems, [])
  const publications = received.filter((packet) => packet.cmd === 'publish')
  const acknowledgements = received.filter((packet) => packet.cmd === 'suback')
  return { counters, publications, acknowledgements }
}

const numbers = (packets: readonly Packet[]) => packets.map(({ messageId = 0 }) => messageId - 1)

test('towards a client, publications are duplicated and reordered but complete, and other packets keep their order', async () => {
  const { counters, publications, acknowledgements } = await tampered('client')
  const ids = numbers(publications)
  assert.ok(counters.duplicated > 0 && counters.reordered > 0 && counters.delayed > 0)
  assert.is(ids.length, sent.length + counters.duplicated)
  assert.equal(
    [...new Set(ids)].sort((a, b) => a - b),
    sent,
  )
  assert.ok(
    ids.some((n, index) => n < (ids[index - 1] ?? 0)),
    'some were reordered',
  )
  for (const { payload, messageId = 0 } of publications) assert.is(String(payload), `order ${messageId - 1}`)
  assert.is(publications.filter(({ dup }) => dup).length, counters.duplicated)
  assert.equal(
    numbers(acknowledgements),
    sent.filter((n) => n % 10 === 9),
  )
})

test('towards the server, a command may be sent twice in a row but is never reordered', async () => {
  const { counters, publications } = await tampered('server')
  const ids = numbers(publications)
  assert.ok(counters.duplicated > 0)
  assert.is(counters.reordered, 0)
  assert.equal(
    ids,
    [...ids].sort((a, b) => a - b),
  )
  assert.equal([...new Set(ids)], sent)
})

test('without faults a stream is unchanged', async () => {
  const { publications } = await tampered('client', false)
  assert.equal(numbers(publications), sent)
})

test.run()
