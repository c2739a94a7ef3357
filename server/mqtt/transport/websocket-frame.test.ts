import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { frameHeader } from './websocket-frame.ts'

const test = suite('WebSocket frames')

test('a payload length takes one, three or nine bytes, and frames are unmasked', () => {
  const headers = { 0: '8200', 125: '827d', 126: '827e007e', 65_535: '827effff', 65_536: '827f0000000000010000' }
  for (const [length, header] of Object.entries(headers)) {
    assert.is(frameHeader(Number(length)).toString('hex'), header)
  }
})

test.run()
