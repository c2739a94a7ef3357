import { test } from 'uvu'
import * as assert from 'uvu/assert'
import express from 'express'
import { createLog } from '../../lib/log.ts'
import { createHttpListener } from '../listener.ts'
import { systemClock } from '../../lib/clock.ts'
import { requestLog } from './request-log.ts'

/** Requests each of `paths` and returns the lines logged at this level. */
async function linesOf(level: string, paths: string[]) {
  const lines: string[] = []
  const http = express().use(requestLog(createLog(level, { output: { write: (line) => lines.push(line) } })))
  http.get('/:status', (request, response) => void response.status(Number(request.params.status)).end())
  const listener = createHttpListener(http, systemClock)
  const port = await listener.listen(0, '127.0.0.1')
  const headers = { authorization: 'Bearer secret' }
  for (const path of paths) await (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).text()
  await listener.close()
  return lines
}

test('a failed request is logged without its token; a success or a 503 is not logged', async () => {
  const lines = await linesOf('info', ['/200', '/404', '/503', '/500'])
  assert.is(lines.length, 1)
  assert.match(lines[0] ?? '', /"url":"\/500".*"statusCode":500.*request completed/)
  assert.not.match(lines[0] ?? '', 'secret')
})

test('every request is logged at level debug', async () => {
  assert.is((await linesOf('debug', ['/200', '/404'])).length, 2)
})

test.run()
