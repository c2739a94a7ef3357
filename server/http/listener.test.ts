import { once } from 'node:events'
import express, { type Response } from 'express'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { StillClock } from '../testing/clock.ts'
import { createHttpListener } from './listener.ts'

test('the listener is idle while no request is in flight and a second has passed since the last one', async () => {
  const clock = new StillClock()
  let onRequest = (_response: Response) => {}
  const listener = createHttpListener(
    express().get('/', (_request, response) => onRequest(response)),
    clock,
  )
  const port = await listener.listen(0, '127.0.0.1')
  /** Sends a request. Resolves to a function that responds and waits until the request is closed. */
  async function sendRequest() {
    const received = new Promise<Response>((resolve) => (onRequest = resolve))
    const fetched = fetch(`http://127.0.0.1:${port}/`)
    const response = await received
    return () => Promise.all([once(response.send('here'), 'close'), fetched.then((result) => result.text())])
  }

  assert.ok(listener.isIdle())
  const respondLate = await sendRequest()
  clock.advance(60_000)
  assert.not(listener.isIdle(), 'a request is in flight')
  await respondLate()
  assert.ok(listener.isIdle())
  const respond = await sendRequest()
  await respond()
  clock.advance(1_000)
  assert.not(listener.isIdle(), 'the last request is a second old')
  clock.advance(1)
  assert.ok(listener.isIdle())
  await listener.close()
})

test('an idle connection stays open for longer than the 60 seconds of common load balancers', async () => {
  const listener = createHttpListener(
    express().get('/', (_request, response) => void response.send('here')),
    new StillClock(),
  )
  const port = await listener.listen(0, '127.0.0.1')
  const response = await fetch(`http://127.0.0.1:${port}/`)
  await response.text()
  const [, seconds] = /timeout=(\d+)/.exec(response.headers.get('keep-alive') ?? '') ?? []
  assert.ok(Number(seconds) > 60, `${seconds} s`)
  await listener.close()
})

test.run()
