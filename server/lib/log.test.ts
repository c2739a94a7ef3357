import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createLog } from './log.ts'

test('an error is logged with its message and stack; tokens and cookies are not', () => {
  let line = ''
  const log = createLog('info', { write: (text) => (line += text) })
  const req = { headers: { authorization: 'Bearer secret-1', cookie: 'callout_refresh=secret-2' } }
  const res = { headers: { 'set-cookie': 'callout_refresh=secret-3' } }
  log.error({ error: new Error('the disk is full'), req, res }, 'request failed')
  assert.match(line, /the disk is full/)
  assert.match(line, /log\.test\.ts/)
  assert.not.match(line, /secret-/)
})

test('a device token is redacted in every field of a log line', () => {
  const secret = 'c2VjcmV0'.repeat(6).slice(0, 43)
  const token = `dev_0f3a.${secret}`
  let lines = ''
  const log = createLog('debug', { write: (text) => (lines += text) })
  const req = { url: `/api/orders?token=${token}`, headers: { 'x-token': token, authorization: `Bearer ${token}` } }
  log.debug({ req, client: `bob:${token}`, filter: `${token}/#` }, token)
  log.error({ error: new Error(`unknown: ${token}`) }, 'request failed')
  log.child({ token }).warn('in a child logger')
  assert.is(lines.split('\n').length, 4)
  for (const line of lines.trim().split('\n')) assert.type(JSON.parse(line), 'object')
  assert.not.match(lines, secret)
  assert.match(lines, 'dev_0f3a.[Redacted]')
})

test.run()
