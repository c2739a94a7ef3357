import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../lib/clock.ts'
import { anOrder } from '../../testing/records.ts'
import { nextVersionOf } from '../contract/rule.ts'
import { createSqliteStore } from './index.ts'
import { recordingLog } from './testing/recording-log.ts'
import { withFile } from './testing/temporary.ts'
import { createWriterThreadStore } from './writer-thread.ts'

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

test('a file that shrinks is rewritten once, and gives removed orders back while others are written', () =>
  withFile(async (file) => {
    const lines: string[] = []
    const open = async (shrinks: boolean) => {
      const store = createWriterThreadStore({
        file,
        clock: systemClock,
        exclusive: true,
        shrinks,
        log: recordingLog(lines),
      })
      await store.start()
      return store
    }
    let store = await open(false)
    const orders = Array.from({ length: 2000 }, () => anOrder({ notes: 'x'.repeat(2000) }))
    await Promise.all(orders.map((order) => store.orders.create(order)))
    await store.orders.markPublished(orders)
    await store.stop()
    const before = statSync(file).size
    store = await open(true)
    await store.stop()
    store = await open(true)
    assert.is(lines.filter((line) => line.includes('rewritten once')).length, 1)
    for (let n = 0; n < orders.length; n += 50) await store.orders.remove(orders.slice(n, n + 50))
    const kept = anOrder()
    await Promise.all([store.purge(), store.orders.create(kept)])
    assert.ok(statSync(file).size < before / 5, `${before} → ${statSync(file).size}`)
    assert.equal(await store.orders.byId(kept.id), kept)
    await store.stop()
  }))

test.run()
