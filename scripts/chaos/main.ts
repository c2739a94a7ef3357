import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { difference } from './compare/difference.ts'
import { missingActivity } from './minimum-activity.ts'
import { config } from './config.ts'
import { mutantNamed, runMutants } from './mutants.ts'
import { figuresOf, showDifferences, showProgress, showTable } from './report.ts'
import { runChaos } from './run.ts'
import { sharedEnvironment } from './nodes.ts'
import { ensureServerBuilt } from '../lib/built.ts'

// npm run chaos -- [--minutes 1] [--at-most 3] [--seed 7] [--kills-every-ms 1150] [--nodes 1] [--dashboards 12]
//                  [--only-kills] [--json FILE] [--mutant NAME]
//
// Runs the built server behind a proxy, with customers, vendors, devices and dashboards, kills it and injects network
// faults; then compares what every client received with what is stored. Exit code 1 on any difference.
//
// --mutant: runs in a copy of the source without one of its safeguards (mutants.ts). Exit code 1 if the comparison does
// not find it. See README.md in this folder.

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    'at-most': { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'kills-every-ms': { type: 'string', default: String(config.server.killEvery) },
    nodes: { type: 'string', default: '1' },
    dashboards: { type: 'string', default: '0' },
    'only-kills': { type: 'boolean', default: false },
    json: { type: 'string' },
    mutant: { type: 'string' },
  },
})
const numbers = [values.minutes, values.seed, values['kills-every-ms'], values.nodes, values.dashboards].map(Number)
const [minutes, seed, killEvery, nodes = 1, dashboards = 0] = numbers
if (!minutes || !(minutes > 0) || seed === undefined || !Number.isInteger(seed) || !killEvery || !(killEvery >= 300)) {
  console.error('--minutes takes a number above 0, --seed a whole number, --kills-every-ms 300 or more.')
  process.exit(1)
}

const atMost = Number(values['at-most'] ?? 3 * minutes)
if (!(atMost >= minutes)) {
  console.error('--at-most takes a number of minutes, at least those of --minutes.')
  process.exit(1)
}

console.log(`seed ${seed}`)
const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // The first signal stops the fault injection and starts the comparison; the second exits at once.
  process.on(signal, () => (interruption.signal.aborted ? process.exit(130) : interruption.abort()))
}

if (values.mutant !== undefined) {
  const mutant = mutantNamed(values.mutant)
  const args = [
    ['--minutes', values.minutes],
    ['--at-most', String(atMost)],
    ['--seed', values.seed],
    ['--kills-every-ms', values['kills-every-ms']],
  ].flat()
  const { code, missed } = await runMutants([mutant], args, interruption.signal)
  const found = missed.length === 0
  console.log(`mutant ${mutant.name}: ${found ? 'found' : `NOT found (exit code ${code})`}`)
  process.exit(found ? 0 : 1)
}

const onlyKills = values['only-kills']
const { MONGO_URI, REDIS_URL } = process.env
if (!Number.isInteger(nodes) || nodes < 1 || (nodes > 1 && !(MONGO_URI && REDIS_URL))) {
  console.error('--nodes takes a whole number; with more than 1, set the MONGO_URI and the REDIS_URL that they share.')
  process.exit(1)
}
await ensureServerBuilt()
const env = sharedEnvironment({ MONGO_URI, REDIS_URL })
const outcome = await runChaos({
  minutes,
  atMost,
  seed,
  killEvery,
  nodes,
  dashboards,
  onlyKills,
  env,
  interrupted: interruption.signal,
  onProgress: showProgress,
})
if (!interruption.signal.aborted)
  outcome.differences.push(
    ...missingActivity(outcome.counters, { minutes, killEvery, onlyKills })
      .map((missing) => `${missing} in ${outcome.seconds.toFixed(0)} s`)
      .map(difference('too little activity')),
  )
const { differences } = outcome
const figures = figuresOf(outcome)
showTable(figures)
showDifferences(differences)
if (values.json) writeFileSync(values.json, `${JSON.stringify({ seed, minutes, figures, differences }, null, 2)}\n`)
console.log(differences.length === 0 ? `no differences (seed ${seed})` : `DIFFERENCES found (seed ${seed})`)
process.exit(differences.length === 0 ? 0 : 1)
