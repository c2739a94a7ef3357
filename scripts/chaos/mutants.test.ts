import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { missingActivity } from './minimum-activity.ts'
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
  const minute = { minutes: 1, killEvery: 1_150, onlyKills: false }
  assert.equal(missingActivity(busy, minute), [])
  assert.equal(missingActivity({ ...busy, kills: 29, released: 0, reassigned: 0 }, minute), [
    '29 kills',
    '0 jobs handed over',
  ])
  assert.equal(missingActivity(busy, { ...minute, minutes: 2 }), ['30 kills'])
  assert.is(missingActivity(createCounters(), { ...minute, onlyKills: true }).length, 4)
  const calm = { ...createCounters(), kills: 1, orders: 12, changes: 40, events: 1_000 }
  assert.equal(missingActivity(calm, { minutes: 1, killEvery: 20_000, onlyKills: true }), [])
  const few = { ...busy, kills: 1, orders: 12, changes: 40 }
  assert.equal(missingActivity(few, { ...minute, killEvery: 20_000 }), ['12 orders', '40 changes'])
})

test.run()
