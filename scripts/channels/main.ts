import { parseArgs } from 'node:util'
import { ensureServerBuilt } from '../lib/built.ts'
import { faultsOf, showRun } from './report.ts'
import { runChannels } from './run.ts'

// npm run channels -- [--kills 200] [--seed 7]
//
// Kills the built server at random moments while orders are placed and worked, and compares what local receivers of
// webhooks, e-mails and push messages got with the acknowledged changes. Exit code 1 on any difference. See README.md.

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const [kills, seed] = [Number(values.kills), Number(values.seed)]
if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) {
  console.error('--kills takes a whole number above 0, --seed a whole number.')
  process.exit(1)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))

console.log(`seed ${seed}`)
await ensureServerBuilt()
const run = await runChannels({ kills, seed, onProgress: (text) => void process.stderr.write(`  … ${text}\n`) })
showRun(run)
const faults = faultsOf(run)
for (const fault of faults.slice(0, 10)) console.log(`  ${fault}`)
console.log(faults.length === 0 ? `no differences (seed ${seed})` : `${faults.length} DIFFERENCES (seed ${seed})`)
process.exit(faults.length === 0 ? 0 : 1)
