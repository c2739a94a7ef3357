import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Answers } from './answers.ts'

const test = suite('HTTP answers of the load generator')

test('finds every answer, however the bytes are cut', () => {
  const body = '{"a":1}'
  const bytes = Buffer.from(
    `HTTP/1.1 201 Created\r\nContent-Length: ${body.length}\r\nX-Y: z\r\n\r\n${body}` +
      'HTTP/1.1 204 No Content\r\n\r\n' +
      `HTTP/1.1 503 Service Unavailable\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  for (const size of [1, 2, 5, 40, bytes.length]) {
    const found: number[] = []
    const answers = new Answers((status) => found.push(status))
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, at + size)
      answers.take(piece, 0, piece.length)
    }
    assert.equal(found, [201, 204, 503])
  }
})

test.run()
