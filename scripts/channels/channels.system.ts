import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { figures, progress } from '../../server/system-tests/lib/report.ts'
import { ensureServerBuilt } from '../lib/built.ts'
import { faultsOf } from './report.ts'
import { runChannels } from './run.ts'

const test = suite('webhooks, e-mails and push messages')

test('kill -9 at random moments, receivers that fail: each change reaches each receiver, under one id', async () => {
  await ensureServerBuilt()
  const run = await runChannels({ kills: 12, seed: 7, onProgress: (text) => progress(() => text) })
  const { orders, late, changes, kills, refused, channels } = run
  const repeated = Object.entries(channels).map(([name, result]) => [`repeated ${name}`, result.repeated])
  figures('channels', { orders, late, changes, kills, refused, ...Object.fromEntries(repeated) })
  assert.ok(orders >= 10)
  assert.ok(late >= 8)
  assert.equal(faultsOf(run), [])
})

test.run()
