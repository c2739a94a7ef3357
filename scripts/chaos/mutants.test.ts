import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkMinimumActivity } from './minimum-activity.ts'
import { mutantNamed, mutants } from './mutants.ts'
import { createCounters } from './counters.ts'

const test = suite('chaos: mutants and minimum activity')

test('the code that each mutant removes is in the source exactly once', () => {
  for (const { name, file, find } of mutants) assert.is(readFileSync(file, 'utf8').split(find).length, 2, name)
})

test('an unknown mutant is refused with the list of mutants', () => {
  assert.is(mutantNamed('sweep').file, 'server/mqtt/outbound/publisher.ts')
  assert.throws(() => mutantNamed('no-such'), /sweep, merge, version, catch-up, hand-over, last-admin, price, time/)
})

test('a run with too little activity is a difference', () => {
  const every = Object.fromEntries(Object.keys(createCounters()).map((name) => [name, 100]))
  const busy = { ...createCounters(), ...every, kills: 30, orders: 100, changes: 300, events: 1_000 }
  assert.equal(checkMinimumActivity({ killEvery: 1_150, onlyKills: false, seconds: 60, counters: busy }), [])
  assert.is(checkMinimumActivity({ killEvery: 1_150, onlyKills: false, seconds: 61, counters: busy }).length, 1)
  assert.is(
    checkMinimumActivity({ killEvery: 1_150, onlyKills: true, seconds: 60, counters: createCounters() }).length,
    4,
  )
  const calm = { ...createCounters(), kills: 3, orders: 12, changes: 40, events: 1_000 }
  assert.equal(checkMinimumActivity({ killEvery: 20_000, onlyKills: true, seconds: 60, counters: calm }), [])
  assert.is(checkMinimumActivity({ killEvery: 20_000, onlyKills: true, seconds: 61, counters: calm }).length, 2)
  const some = { ...calm, ...every, kills: 3, orders: 12, changes: 40 }
  assert.is(checkMinimumActivity({ killEvery: 20_000, onlyKills: false, seconds: 60, counters: some }).length, 2)
  const steady = { ...busy, clockBack: 3, deactivations: 1, priceRefusals: 2 }
  assert.is(checkMinimumActivity({ killEvery: 1_150, onlyKills: false, seconds: 60, counters: steady }).length, 3)
})

test.run()
