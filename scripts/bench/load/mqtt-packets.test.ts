import { generate } from 'mqtt-packet'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { MqttPacketReader } from './mqtt-packets.ts'

const publication = (qos: 0 | 1, payload: string, messageId?: number) =>
  generate({ cmd: 'publish', topic: 'orders/new', payload, qos, messageId, dup: false, retain: false })

function packetsIn(bytes: Buffer, size: number): number[][] {
  const found: number[][] = []
  const packets = new MqttPacketReader((type, id, last) => found.push([type, id, last]))
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size)
    packets.take(piece, 0, piece.length)
  }
  return found
}

const test = suite('bench: MQTT packets')

test('reports type, message id and last byte of each packet, however the bytes are split', () => {
  const bytes = Buffer.concat([
    generate({ cmd: 'connack', returnCode: 4, sessionPresent: false }),
    generate({ cmd: 'suback', messageId: 1, granted: [1, 128] }),
    publication(1, 'x'.repeat(1_000), 65_535),
    publication(0, 'x'.repeat(20_000)),
    publication(1, '', 7),
    publication(0, ''),
    generate({ cmd: 'pingresp' }),
    publication(1, 'y', 258),
  ])
  const x = 'x'.charCodeAt(0)
  const expected = [
    [2, 0, 4],
    [9, 0, 128],
    [3, 65_535, x],
    [3, 0, x],
    [3, 7, 7],
    [3, 0, 'w'.charCodeAt(0)],
    [13, 0, 0],
    [3, 258, 'y'.charCodeAt(0)],
  ]
  for (const size of [1, 2, 3, 5, 64, bytes.length]) assert.equal(packetsIn(bytes, size), expected)
})

test.run()
