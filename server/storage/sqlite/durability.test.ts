import { once } from 'node:events'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../lib/clock.ts'
import { anOrder } from '../../testing/records.ts'
import { assertEqualFigures, everything } from '../contract/figures.ts'
import type { OrderRecord, Store } from '../store.ts'
import { recount } from '../testing/recount.ts'
import { createSqliteStore } from './index.ts'
import { startChild } from './testing/children.ts'
import { withFile } from './testing/temporary.ts'

test('acknowledged writes survive kill -9, the figures equal a recount, and no stale lock prevents the next start', () =>
  withFile(async (file) => {
    const acknowledged: string[] = []
    for (let round = 0; round < 4; round++) {
      const writer = startChild('write', file)
      const enough = acknowledged.length + 200 + Math.floor(Math.random() * 500)
      await new Promise<void>((resolve) => {
        writer.lines.on('line', (line) => {
          if (line !== 'started') acknowledged.push(line)
          if (acknowledged.length >= enough) resolve()
        })
      })
      await writer.kill()

      const store = createSqliteStore({ file, clock: systemClock, exclusive: true })
      await store.start()
      const stored = await Promise.all(acknowledged.map((id) => store.orders.byId(id)))
      assert.equal(
        stored.flatMap((order, n) => (order ? [] : [acknowledged[n]])),
        [],
        'every acknowledged order is there',
      )
      assert.is((await store.orders.list({ scope: { kind: 'all' }, q: acknowledged.at(-1), limit: 1 })).length, 1)
      assertEqualFigures(await store.orders.figures(everything), recount(await allOrders(store)))
      await store.stop()
    }
  }))

async function allOrders({ bulkTransfer }: Store): Promise<OrderRecord[]> {
  const found: OrderRecord[] = []
  for await (const { records } of bulkTransfer.orders.read()) found.push(...records.map(({ order }) => order))
  return found
}

test('a second server cannot open the file; a script can write beside the server', () =>
  withFile(async (file) => {
    const server = startChild('hold', file)
    await once(server.lines, 'line')

    const second = createSqliteStore({ file, clock: systemClock, exclusive: true })
    const refusal: unknown = await second.start().catch((error: unknown) => error)
    assert.match(String(refusal), `${file} is in use by another process`)

    const script = createSqliteStore({ file, clock: systemClock })
    await script.start()
    await script.orders.create(anOrder())
    await script.stop()

    await server.kill()
    await second.start()
    assert.is((await second.orders.list({ scope: { kind: 'all' }, limit: 10 })).length, 1)
    await second.stop()
    await second.start()
    await second.stop()
  }))

test.run()
