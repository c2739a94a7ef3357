import pLimit from 'p-limit'
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

/** Runs chaos until each of these mutants is found. Resolves to what is wrong; '' for nothing. */
async function problemOf(planted: (typeof mutantRuns)[number]): Promise<string> {
  const killsEvery = String(planted.some(({ fewKills }) => fewKills) ? seldom : often)
  const names = namesOf(planted)
  let missing = planted.map(({ name }) => name)
  for (let run = 1; ; run++) {
    const length = ['--minutes', '0.4', '--at-most', '0.4']
    const args = [...length, '--seed', String(seed + run - 1), '--kills-every-ms', killsEvery]
    const { code, missed, differences } = await runMutants(planted, args)
    const kinds = [...new Set(differences.map(({ kind }) => kind))].join(', ')
    figures(`mutants ${names}`, { seed, run, differences: differences.length, kinds })
    missing = missing.filter((name) => missed.includes(name))
    if (missing.length === 0) return ''
    if (run === runs) return `${missing.join(', ')} not found, just ${kinds || 'nothing'} (exit code ${code})`
  }
}

const namesOf = (planted: (typeof mutantRuns)[number]) => planted.map(({ name }) => name).join(', ')

// A run waits most of its time: for kills, for restarts and until all is quiet.
const limit = pLimit(2)
const problems = new Map(mutantRuns.map((planted) => [planted, limit(() => problemOf(planted))]))
// A rejection is reported by the test that waits for it, later.
void Promise.allSettled(problems.values())

for (const planted of mutantRuns)
  test(`${namesOf(planted)}: chaos finds each missing safeguard in at most ${runs} runs of 24 seconds`, async () =>
    assert.is(await problems.get(planted), ''))

test.run()
