import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../lib/clock.ts'
import { anOrder } from '../../testing/records.ts'
import { nextVersionOf } from '../contract/rule.ts'
import { createSqliteStore } from './index.ts'

test('a purge removes the search tokens of a former name from the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'callout-purge-'))
  const file = join(folder, 'callout.db')
  const opened = async () => {
    const store = createSqliteStore({ file, clock: systemClock })
    await store.start()
    return store
  }
  // Tokens are in lower case; the order itself has the former name in its history.
  const has = (word: string) => readFileSync(file, 'latin1').includes(word)
  const order = anOrder({ customer: { id: 'mia', name: 'Zqformer' } })

  let store = await opened()
  await store.orders.create(order)
  await store.purge() // adds the tokens to the index
  assert.is(has('zqformer'), true, 'the index has the token')
  await store.orders.replace(nextVersionOf(order, { customer: { id: 'mia', name: 'Wklater' } }), 1)
  await store.purge()
  await store.stop()
  assert.equal([has('zqformer'), has('wklater')], [false, true])
  store = await opened()
  const found = await store.orders.list({ scope: { kind: 'all' }, q: 'wklater', limit: 1 })
  await store.stop()
  assert.is(found.length, 1)
  rmSync(folder, { recursive: true })
})

test.run()
