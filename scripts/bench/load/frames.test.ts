import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FrameReader } from './frames.ts'
import { maskedFrame, pubacks } from './masked-frames.ts'

/** A server's frame (RFC 6455, 5.2). */
function frame(payload: string, { opcode = 2, fin = true } = {}): Buffer {
  const { length } = payload
  const first = (fin ? 0x80 : 0) | opcode
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10)
  head[0] = first
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127
  if (head.length === 4) head.writeUInt16BE(length, 2)
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, Buffer.from(payload)])
}

/** The payload of one client frame. */
function unmasked(bytes: Buffer): string {
  const head = (bytes[1] ?? 0) === 0xfe ? 4 : 2
  const mask = bytes.subarray(head, head + 4)
  return Buffer.from(bytes.subarray(head + 4).map((byte, i) => byte ^ (mask[i % 4] ?? 0))).toString('latin1')
}

/** The messages in `bytes`, read in pieces of `size`. */
function messagesIn(bytes: Buffer, size: number): string[] {
  const messages: string[] = []
  let message = ''
  const frames = new FrameReader({
    bytes: (chunk, from, to) => void (message += chunk.toString('utf8', from, to)),
    end() {
      messages.push(message)
      message = ''
    },
  })
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size)
    frames.take(piece, 0, piece.length)
  }
  return messages
}

const test = suite('bench: WebSocket frames')

test('finds every message, however the bytes are split', () => {
  const sent = ['a', '', 'b'.repeat(125), 'c'.repeat(126), 'd'.repeat(70_000), 'e']
  const bytes = Buffer.concat(sent.map((payload) => frame(payload)))
  for (const size of [1, 2, 3, 7, 1_024, bytes.length]) assert.equal(messagesIn(bytes, size), sent)
})

test('joins a fragmented message with a ping between its frames', () => {
  const bytes = Buffer.concat([
    frame('one ', { fin: false }),
    frame('ping', { opcode: 9 }),
    frame('message', { opcode: 0 }),
  ])
  assert.equal(messagesIn(bytes, 3), ['one message'])
})

test('masks client frames', () => {
  assert.equal([...maskedFrame('3').subarray(0, 2)], [0x81, 0x81])
  for (const text of ['3', 'x'.repeat(300)]) assert.is(unmasked(maskedFrame(text)), text)
})

test('sends each PUBACK in a separate frame', () => {
  const bytes = pubacks([1, 0xabcd])
  const [first, second] = [bytes.subarray(0, 10), bytes.subarray(10)]
  assert.is(unmasked(first), '\x40\x02\x00\x01')
  assert.is(unmasked(second), '\x40\x02\xab\xcd')
})

test.run()
