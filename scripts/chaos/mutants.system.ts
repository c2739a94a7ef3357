import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { figures } from '../../server/system-tests/lib/report.ts'
import { mutantRuns, runMutants } from './mutants.ts'

const test = suite('chaos: mutants are found')

// CHAOS_SEED repeats a run, except for timing.
const seed = Number(process.env.CHAOS_SEED ?? '20260302')

// The sweep matters only if a kill falls into the few milliseconds after a commit. One run usually has such a kill; four
// runs with twice the kill rate practically always.
const often = 600
const seldom = 3_500
const runs = 4

for (const planted of mutantRuns) {
  const names = planted.map(({ name }) => name).join(', ')
  test(`${names}: chaos finds each missing safeguard in at most ${runs} runs of 24 seconds`, async () => {
    const killsEvery = String(planted.some(({ fewKills }) => fewKills) ? seldom : often)
    let missing = planted.map(({ name }) => name)
    for (let run = 1; run <= runs; run++) {
      const args = ['--minutes', '0.4', '--seed', String(seed + run - 1), '--kills-every-ms', killsEvery]
      const { code, missed, differences } = await runMutants(planted, args)
      const kinds = [...new Set(differences.map(({ kind }) => kind))].join(', ')
      figures(`mutants ${names}`, { seed, run, differences: differences.length, kinds })
      missing = missing.filter((name) => missed.includes(name))
      if (missing.length === 0) return
      assert.ok(run < runs, `${missing.join(', ')} not found, just ${kinds || 'nothing'} (exit code ${code})`)
    }
  })
}

test.run()
