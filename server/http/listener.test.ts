import { once } from 'node:events'
import express, { type Response } from 'express'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { StillClock } from '../testing/clock.ts'
import { createHttpListener } from './listener.ts'

test('it is quiet while nobody waits for an answer, and a second after the last who asked', async () => {
  const clock = new StillClock()
  let asked = (_response: Response) => {}
  const door = createHttpListener(
    express().get('/', (_request, response) => asked(response)),
    clock,
  )
  const port = await door.listen(0, '127.0.0.1')
  /** Somebody asks: how to answer, which resolves when they have gone. */
  async function ask() {
    const coming = new Promise<Response>((resolve) => (asked = resolve))
    const answered = fetch(`http://127.0.0.1:${port}/`)
    const response = await coming
    return () => Promise.all([once(response.send('here'), 'close'), answered.then((answer) => answer.text())])
  }

  assert.ok(door.quiet())
  const answerLate = await ask()
  clock.advance(60_000)
  assert.not(door.quiet(), 'somebody waits')
  await answerLate()
  assert.ok(door.quiet())
  const answer = await ask()
  await answer()
  clock.advance(1_000)
  assert.not(door.quiet(), 'somebody has just been here')
  clock.advance(1)
  assert.ok(door.quiet())
  await door.close()
})

test.run()
