import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
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

test('a line that cannot be written is lost, and the process goes on', async () => {
  const log = new URL('log.ts', import.meta.url).href
  const script = `import(${JSON.stringify(log)}).then(({ createLog }) => {
    createLog('info').info('one')
    setTimeout(() => process.stdout.write('alive'), 1)
  })`
  // Like a full disk: each write to a descriptor that is open for reading fails.
  const readOnly = openSync(new URL('log.ts', import.meta.url), 'r')
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', script], { stdio: ['ignore', 'pipe', readOnly] })
  let output = ''
  child.stdout?.on('data', (chunk) => (output += String(chunk)))
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await once(child, 'close')
  clearTimeout(timer)
  closeSync(readOnly)
  assert.equal([child.exitCode, output], [0, 'alive'])
})

test.run()
