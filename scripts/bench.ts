import { writeFileSync } from 'node:fs'
import { measures } from './bench/measures/index.ts'
import type { Measure } from './bench/measures/plan.ts'
import { readOptions, type Options } from './bench/options.ts'
import { machine } from './bench/report/machine.ts'
import { showProgress, clearProgress } from './bench/report/progress.ts'
import { Results, type CellResult } from './bench/report/results.ts'
import { met, showTargets, type Target } from './bench/report/targets.ts'
import { runRounds } from './bench/rounds.ts'

// npm run bench -- [--short] [--rounds 5] [--seconds 4] [--sizes 100,1000,5000] [--only fanout,…]
//                  [--contestants callout,…] [--json FILE] [--plot FILE.svg]
//
// This product beside what people would pick instead, on this machine, taking turns; then the medians, and what they must
// show. --short shows that all of it runs, in about a minute; its figures say nothing.

const { plan, only, rounds, json } = optionsOrUsage()
const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // The first one ends it after the cell at hand, and what is known is shown; the second one ends everything.
  process.on(signal, () => (interruption.signal.aborted ? process.exit(130) : interruption.abort()))
}

const found: Record<string, { cells: readonly CellResult[]; targets: Target[] }> = {}
let failed = 0
for (const name of only) {
  if (interruption.signal.aborted) break
  const measure: Measure = measures[name]
  const cells = await runRounds(measure.cells(plan), {
    rounds,
    interrupted: interruption.signal,
    onProgress: (text) => showProgress(`${name}  ${text}`),
  })
  clearProgress()
  const results = new Results(cells)
  const targets = measure.targets(results, plan).filter(({ value }) => !Number.isNaN(value))
  found[name] = { cells, targets }
  console.log(`\n${measure.title}\n`)
  for (const line of measure.table(results)) console.log(line)
  if (targets.length > 0 && !plan.short) console.log(`\n${showTargets(targets).join('\n')}`)
  for (const { row, column, errors } of cells) {
    failed += errors.length
    for (const error of errors) console.log(`FAILED  ${row}  ${column}: ${error}`)
  }
}

const report = { ...machine(), options: { ...plan, rounds }, measures: found }
if (json) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`)
const all = Object.values(found).flatMap(({ targets }) => targets)
if (!plan.short) console.log(`\n${all.filter(met).length} of ${all.length} targets met`)
process.exit(failed === 0 && !interruption.signal.aborted ? 0 : 1)

function optionsOrUsage(): Options {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}
