import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { figures } from '../../server/system-tests/lib/report.ts'
import { mutants, runMutant } from './mutants.ts'

const test = suite('mutants of the chaos harness')

// CHAOS_SEED repeats a run, as far as chance allows.
const seed = Number(process.env.CHAOS_SEED ?? '20260302')

// A death between a commit and what follows it, some milliseconds in which the sweep is needed, is met by chance: a run
// meets it most of the time, four runs with twice the kills as good as always.
const killsEvery = 600
const runs = 4

for (const mutant of mutants) {
  test(`${mutant.name}: in at most ${runs} times 24 seconds, chaos finds that it is missing`, async () => {
    for (let run = 1; run <= runs; run++) {
      const args = ['--minutes', '0.4', '--seed', String(seed + run - 1), '--kills-every-ms', String(killsEvery)]
      const { code, found, differences } = await runMutant(mutant, args)
      const kinds = [...new Set(differences.map(({ kind }) => kind))].join(', ')
      figures(`mutant ${mutant.name}`, { seed, run, differences: differences.length, kinds })
      if (found) return
      assert.ok(run < runs, `one of ${mutant.expected.join(', ')}, not just ${kinds || 'nothing'} (exit code ${code})`)
    }
  })
}

test.run()
