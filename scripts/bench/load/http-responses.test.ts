import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { HttpResponses } from './http-responses.ts'

const test = suite('bench: HTTP responses')

test('finds every response, however the bytes are split', () => {
  const body = '{"a":1}'
  const bytes = Buffer.from(
    `HTTP/1.1 201 Created\r\nContent-Length: ${body.length}\r\nX-Y: z\r\n\r\n${body}` +
      'HTTP/1.1 204 No Content\r\n\r\n' +
      `HTTP/1.1 503 Service Unavailable\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  for (const size of [1, 2, 5, 40, bytes.length]) {
    const found: number[] = []
    const responses = new HttpResponses((status) => found.push(status))
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, at + size)
      responses.take(piece, 0, piece.length)
    }
    assert.equal(found, [201, 204, 503])
  }
})

test.run()
