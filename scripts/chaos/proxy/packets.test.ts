import { generate, parser, type IPublishPacket, type Packet } from 'mqtt-packet'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { seeded } from '../../../server/system-tests/lib/numbers.ts'
import { createTally } from '../counters.ts'
import { createTampering, type TamperingOptions } from './packets.ts'

const test = suite('tampering with packets')

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

/** Everything that comes out of a stream of publications with a SUBACK after every tenth, cut into pieces anyhow. */
async function tampered(towards: TamperingOptions['towards'], mild = true) {
  const tally = createTally()
  const received: Packet[] = []
  const problems: unknown[] = []
  const reader = parser({ protocolVersion: 4 })
  reader.on('packet', (packet) => received.push(packet))
  reader.on('error', (error) => problems.push(error))
  const mood = { rough: false, mild }
  const tampering = createTampering({
    towards,
    random: seeded(5),
    mood,
    tally,
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
  // What is delayed most, and then what is held back.
  await sleep(350)
  tampering.release()
  await sleep(350)
  tampering.end()
  assert.equal(problems, [])
  const publications = received.filter((packet) => packet.cmd === 'publish')
  const acknowledgements = received.filter((packet) => packet.cmd === 'suback')
  return { tally, publications, acknowledgements }
}

const numbers = (packets: readonly Packet[]) => packets.map(({ messageId = 0 }) => messageId - 1)

test('towards a client publications come twice and in another order, all of them and whole; the rest keeps its order', async () => {
  const { tally, publications, acknowledgements } = await tampered('client')
  const came = numbers(publications)
  assert.ok(tally.duplicated > 0 && tally.reordered > 0 && tally.delayed > 0)
  assert.is(came.length, sent.length + tally.duplicated)
  assert.equal(
    [...new Set(came)].sort((a, b) => a - b),
    sent,
  )
  assert.ok(
    came.some((n, index) => n < (came[index - 1] ?? 0)),
    'some were overtaken',
  )
  for (const { payload, messageId = 0 } of publications) assert.is(String(payload), `order ${messageId - 1}`)
  assert.is(publications.filter(({ dup }) => dup).length, tally.duplicated)
  assert.equal(
    numbers(acknowledgements),
    sent.filter((n) => n % 10 === 9),
  )
})

test('towards the server a command may come twice in a row, never before an earlier one', async () => {
  const { tally, publications } = await tampered('server')
  const came = numbers(publications)
  assert.ok(tally.duplicated > 0)
  assert.is(tally.reordered, 0)
  assert.equal(
    came,
    [...came].sort((a, b) => a - b),
  )
  assert.equal([...new Set(came)], sent)
})

test('without mischief a stream stays as it is', async () => {
  const { publications } = await tampered('client', false)
  assert.equal(numbers(publications), sent)
})

test.run()
