import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runChannels } from './lib/channel-run.ts'
import { figures, progress } from './lib/report.ts'

const test = suite('webhooks, e-mails and push messages')

test('kill -9 at random moments, receivers that fail: each change reaches each receiver, under one id', async () => {
  const { orders, changes, kills, refused, ...channels } = await runChannels({
    kills: 12,
    seed: 7,
    onProgress: (text) => progress(() => text),
  })
  const repeated = Object.entries(channels).map(([name, result]) => [`repeated ${name}`, result.repeated])
  figures('channels', { orders, changes, kills, refused, ...Object.fromEntries(repeated) })
  assert.ok(orders >= 10)
  for (const [name, { missing, twice }] of Object.entries(channels)) {
    assert.equal(missing, [], `${name}: missing`)
    assert.equal(twice, [], `${name}: under two ids`)
  }
})

test.run()
