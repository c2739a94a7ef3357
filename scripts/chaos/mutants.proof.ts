import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { figures } from '../../server/proofs/lib/report.ts'
import { mutants, runMutant } from './mutants.ts'

const test = suite('mutants of the chaos harness')

// CHAOS_SEED repeats a run, as far as chance allows.
const seed = process.env.CHAOS_SEED ?? '20260302'

for (const mutant of mutants) {
  test(`${mutant.name}: 24 seconds of chaos find that it is missing`, async () => {
    const { code, differences } = await runMutant(mutant, ['--minutes', '0.4', '--seed', seed])
    const found = [...new Set(differences.map(({ kind }) => kind))]
    figures(`mutant ${mutant.name}`, { seed, differences: differences.length, kinds: found.join(', ') })
    assert.is(code, 1, 'the harness says no')
    assert.ok(
      mutant.expected.some((kind) => found.includes(kind)),
      `one of ${mutant.expected.join(', ')}, not just ${found.join(', ')}`,
    )
  })
}

test.run()
