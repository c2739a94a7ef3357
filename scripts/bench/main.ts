import { writeFileSync } from 'node:fs'
import { buildSubjects } from './subjects/built.ts'
import { installed } from './subjects/installed.ts'
import { measures, type MeasureName } from './measures/index.ts'
import type { Measure } from './measures/plan.ts'
import { readOptions, type Options } from './options.ts'
import { machineTime } from './processor.ts'
import { machine } from './report/machine.ts'
import { plotFanout } from './report/plot.ts'
import { showProgress, clearProgress } from './report/progress.ts'
import { disturbance, readReport, type Report } from './report/report.ts'
import { Results, type CellResult } from './report/results.ts'
import { isKnown, met, showTargets, type Target } from './report/targets.ts'
import { runRounds } from './rounds.ts'

// npm run bench -- [--short] [--rounds 5] [--again 2] [--seconds 4] [--sizes 100,1000,5000] [--only fanout,…]
//                  [--contestants callout,…] [--json FILE] [--plot FILE.svg] [--from FILE]
//
// This product beside what people would pick instead, on this machine, taking turns; then the medians, and what they must
// show. --short shows that all of it runs, in about a minute; its figures say nothing.
// --from shows, or draws, once more what --json has kept.

const { plan: wanted, only, rounds, again, json, plot, from } = optionsOrUsage()
const plan = { ...wanted, contestants: installed(wanted.contestants) }
const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // The first one ends it after the cell at hand, and what is known is shown; the second one ends everything.
  process.on(signal, () => (interruption.signal.aborted ? process.exit(130) : interruption.abort()))
}

const report: Report = from ? readReport(from) : { ...machine(), plan, rounds, measures: {} }
const absent = wanted.contestants.filter((name) => !plan.contestants.includes(name))
if (absent.length > 0 && !from) console.log(`not installed here, and left out: ${absent.join(', ')}`)
const judged = !report.plan.short
const all: Target[] = []
let failed = 0
if (!from) await buildSubjects()
console.log(`${report.at}  ${report.processors}  ${report.memory}  Node ${report.node}  ${report.system}`)
for (const name of only) {
  if (interruption.signal.aborted) break
  const measure: Measure = measures[name]
  const cells = from ? report.measures[name] : await measured(name, measure)
  if (!cells) continue
  report.measures[name] = cells
  const results = new Results(cells)
  console.log(`\n${measure.title}\n`)
  for (const line of measure.table(results)) console.log(line)
  console.log(disturbance(results))
  const targets = judged ? measure.targets(results, report.plan).filter(isKnown) : []
  if (targets.length > 0) console.log(`\n${showTargets(targets).join('\n')}`)
  all.push(...targets)
  for (const { row, column, errors } of cells) {
    failed += errors.length
    for (const error of errors) console.log(`FAILED  ${row}  ${column}: ${error}`)
  }
}

if (json) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`)
if (plot && report.measures.fanout) writeFileSync(plot, plotFanout(new Results(report.measures.fanout)))
if (judged) console.log(`\n${all.filter(met).length} of ${all.length} targets met`)
process.exit(failed === 0 && !interruption.signal.aborted ? 0 : 1)

async function measured(name: MeasureName, measure: Measure): Promise<CellResult[]> {
  const cells = await runRounds(measure.cells(plan), {
    rounds,
    again,
    machineTime,
    interrupted: interruption.signal,
    onProgress: (text) => showProgress(`${name}  ${text}`),
  })
  clearProgress()
  return cells
}

function optionsOrUsage(): Options {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}
