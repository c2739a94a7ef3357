import { parseArgs } from 'node:util'
import { builtServer, ensureServerBuilt } from '../lib/built.ts'
import { faultsOf, showRun } from './report.ts'
import { runLarge } from './run.ts'

// npm run large -- [--orders 1000000] [--per-second 50] [--seconds 120] [--folder DIR]
//
// Fills an embedded database, starts the built server on it, places orders at that pace, and meanwhile sends every kind of
// list, search, catch-up, figures and export request. Exit code 1 when one is too slow, or the export takes memory. See README.md.

const whole = (name: 'orders' | 'per-second' | 'seconds', fallback: string) => {
  const value = Number(values[name] ?? fallback)
  if (Number.isInteger(value) && value > 0) return value
  console.error(`--${name} takes a whole number above 0.`)
  process.exit(1)
}
const { values } = parseArgs({
  options: {
    orders: { type: 'string' },
    'per-second': { type: 'string' },
    seconds: { type: 'string' },
    folder: { type: 'string' },
  },
})
const options = {
  orders: whole('orders', '1000000'),
  perSecond: whole('per-second', '50'),
  seconds: whole('seconds', '120'),
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))

await ensureServerBuilt()
const run = await runLarge({
  ...options,
  built: builtServer,
  folder: values.folder,
  onProgress: (text) => void process.stderr.write(`  … ${text}\n`),
})
showRun(run)
const faults = faultsOf(run)
for (const fault of faults) console.log(`  ${fault}`)
console.log(faults.length === 0 ? 'every request in time' : `${faults.length} TOO SLOW OR TOO LARGE`)
process.exit(faults.length === 0 ? 0 : 1)
