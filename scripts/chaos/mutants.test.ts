import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { enough } from './minimum-activity.ts'
import { mutantNamed, mutants } from './mutants.ts'
import { createTally } from './counters.ts'

const test = suite('chaos: mutants and measure')

test('what each mutant takes out is in the source, once', () => {
  for (const { name, file, find } of mutants) assert.is(readFileSync(file, 'utf8').split(find).length, 2, name)
})

test('a mutant that does not exist is refused, and those that do are named', () => {
  assert.is(mutantNamed('sweep').file, 'server/mqtt/outbound/publisher.ts')
  assert.throws(() => mutantNamed('no-such'), /sweep, merge, version, catch-up/)
})

test('a run in which too little has happened proves nothing', () => {
  const busy = { ...createTally(), kills: 30, orders: 100, changes: 300, events: 1_000 }
  assert.equal(enough({ killEvery: 1_150, onlyKills: false, seconds: 60, tally: busy }), [])
  assert.is(enough({ killEvery: 1_150, onlyKills: false, seconds: 61, tally: busy }).length, 1)
  assert.is(enough({ killEvery: 1_150, onlyKills: false, seconds: 60, tally: createTally() }).length, 4)
  const calm = { ...createTally(), kills: 3, orders: 12, changes: 40, events: 1_000 }
  assert.equal(enough({ killEvery: 20_000, onlyKills: true, seconds: 60, tally: calm }), [])
  assert.is(enough({ killEvery: 20_000, onlyKills: true, seconds: 61, tally: calm }).length, 2)
  assert.is(enough({ killEvery: 20_000, onlyKills: false, seconds: 60, tally: calm }).length, 2)
})

test.run()
