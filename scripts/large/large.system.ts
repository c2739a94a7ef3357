import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { percentile } from '../../server/system-tests/lib/numbers.ts'
import { figures, progress } from '../../server/system-tests/lib/report.ts'
import { builtServer, ensureServerBuilt } from '../lib/built.ts'
import { faultsOf } from './report.ts'
import { runLarge } from './run.ts'

const test = suite('a large database')

test('every list, search, catch-up and figure is answered within 100 ms while orders come in', async () => {
  await ensureServerBuilt()
  const onProgress = (text: string) => progress(() => text)
  const run = await runLarge({ orders: 20_000, perSecond: 50, seconds: 8, built: builtServer, onProgress })
  const slowest = Math.max(...[...run.latencies.values()].map((times) => percentile(times, 0.95)))
  figures('large', {
    orders: run.orders,
    placed: run.placed,
    'slowest p95': slowest,
    'export MB': run.exported.bytes / 1e6,
  })
  assert.equal(faultsOf(run), [])
  assert.ok(run.exported.bytes > run.orders * 50, 'every order is exported')
})

test.run()
