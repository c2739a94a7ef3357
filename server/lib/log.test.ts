import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createLog } from './log.ts'

test('an error is logged with its message and stack; tokens and cookies are not', () => {
  let line = ''
  const log = createLog('info', { output: { write: (text) => (line += text) } })
  const req = { headers: { authorization: 'Bearer secret-1', cookie: 'callout_refresh=secret-2' } }
  const res = { headers: { 'set-cookie': 'callout_refresh=secret-3' } }
  log.error({ error: new Error('the disk is full'), req, res }, 'request failed')
  assert.match(line, /the disk is full/)
  assert.match(line, /log\.test\.ts/)
  assert.not.match(line, /secret-/)
})

test.run()
