import { writeFileSync } from 'node:fs'
import { buildSubjects } from './subjects/built.ts'
import { installed } from './subjects/installed.ts'
import { measures, type MeasureName } from './measures/index.ts'
import type { Measure } from './measures/plan.ts'
import { readOptions, type Options } from './options.ts'
import { machineCpuTime } from './cpu-time.ts'
import { machine } from './report/machine.ts'
import { plotFanout } from './report/plot.ts'
import { showProgress, clearProgress } from './report/progress.ts'
import { stealSummary, readReport, type Report } from './report/report.ts'
import { Results, type CellResult } from './report/results.ts'
import { isMeasured, met, showTargets, type Target } from './report/targets.ts'
import { runRounds } from './rounds.ts'

// npm run bench -- [--short] [--rounds 5] [--repeats 2] [--seconds 4] [--sizes 100,1000,5000] [--only fanout,…]
//                  [--subjects callout,…] [--json FILE] [--plot FILE.svg] [--from FILE]
//
// Measures this server and its alternatives in alternating rounds on this machine, prints medians and checks the targets.
// --short only checks that every measure runs, in about a minute; its figures mean nothing.
// --from prints or plots a report that --json wrote. See README.md in this folder.

const { plan: requested, only, rounds, repeats, json, plot, from } = optionsOrUsage()
const plan = { ...requested, subjects: installed(requested.subjects) }
const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // The first signal stops after the current cell and prints the results so far; the second exits at once.
  process.on(signal, () => (interruption.signal.aborted ? process.exit(130) : interruption.abort()))
}

const report: Report = from ? readReport(from) : { ...machine(), plan, rounds, measures: {} }
const absent = requested.subjects.filter((name) => !plan.subjects.includes(name))
if (absent.length > 0 && !from) console.log(`not installed, skipped: ${absent.join(', ')}`)
const checksTargets = !report.plan.short
const allTargets: Target[] = []
let failed = 0
if (!from) await buildSubjects()
console.log(`${report.at}  ${report.processors}  ${report.memory}  Node ${report.node}  ${report.system}`)
for (const name of only) {
  if (interruption.signal.aborted) break
  const measure: Measure = measures[name]
  const cells = from ? report.measures[name] : await runMeasure(name, measure)
  if (!cells) continue
  report.measures[name] = cells
  const results = new Results(cells)
  console.log(`\n${measure.title}\n`)
  for (const line of measure.table(results)) console.log(line)
  console.log(stealSummary(results))
  const targets = checksTargets ? measure.targets(results, report.plan).filter(isMeasured) : []
  if (targets.length > 0) console.log(`\n${showTargets(targets).join('\n')}`)
  allTargets.push(...targets)
  for (const { row, column, errors } of cells) {
    failed += errors.length
    for (const error of errors) console.log(`FAILED  ${row}  ${column}: ${error}`)
  }
}

if (json) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`)
if (plot && report.measures.fanout) writeFileSync(plot, plotFanout(new Results(report.measures.fanout)))
if (checksTargets) console.log(`\n${allTargets.filter(met).length} of ${allTargets.length} targets met`)
process.exit(failed === 0 && !interruption.signal.aborted ? 0 : 1)

async function runMeasure(name: MeasureName, measure: Measure): Promise<CellResult[]> {
  const cells = await runRounds(measure.cells(plan), {
    rounds,
    repeats,
    machineCpuTime,
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
