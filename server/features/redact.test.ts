import jwt from 'jsonwebtoken'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createLog } from '../lib/log.ts'
import { redactSecrets } from './compose.ts'

for (const prefix of ['dev', 'tok', 'trk'])
  test(`the secret of a token ${prefix}_… is not logged, wherever it is in a line`, () => {
    const secret = 'c2VjcmV0'.repeat(6).slice(0, 43)
    const token = `${prefix}_0f3a.${secret}`
    let lines = ''
    const log = createLog('debug', { redact: redactSecrets, output: { write: (text) => (lines += text) } })
    const req = { url: `/api/orders?token=${token}`, headers: { 'x-token': token, authorization: `Bearer ${token}` } }
    log.debug({ req, client: `bob:${token}`, filter: `${token}/#` }, token)
    log.error({ error: new Error(`unknown: ${token}`) }, 'request failed')
    log.child({ token }).warn('beside it')
    assert.is(lines.split('\n').length, 4)
    for (const line of lines.trim().split('\n')) assert.type(JSON.parse(line), 'object')
    assert.not.match(lines, secret)
    assert.match(lines, `${prefix}_0f3a.[Redacted]`)
  })

test('an access token and the secret of a webhook are not logged, wherever they are in a line', () => {
  const token = jwt.sign({ sub: 'ana' }, 'a secret of 32 characters or more')
  const secret = `whsec_${'c2VjcmV0'.repeat(4)}+/=`
  let lines = ''
  const log = createLog('debug', { redact: redactSecrets, output: { write: (text) => (lines += text) } })
  log.warn({ client: `bob:${token}`, url: `/api/orders?token=${token}`, error: new Error(`unknown: ${secret}`) }, token)
  log.info({ details: { secret } }, `the secret is ${secret}`)
  for (const line of lines.trim().split('\n')) assert.type(JSON.parse(line), 'object')
  for (const text of [...token.split('.'), 'c2VjcmV0']) assert.not.match(lines, text)
})

test.run()
