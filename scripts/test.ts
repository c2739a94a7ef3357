import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runTests, stopAll, type Result } from './lib/run-tests.ts'
import { transpile } from './lib/transpile.ts'

// npm test [part of a path …] · npm run test:e2e [part of a path …] · npm run test:system [part of a path …] ·
// npm run test:system-mongo [part of a path …], which need a ferretdb and a redis-server
// FerretDB, which MONGO_URI mostly names here, reads a whole collection for every question: such tests take their time.
const unitLimit = process.env.MONGO_URI ? 240_000 : 90_000
/** A test waits for the disk, child processes and timers about a third of its time. A database server needs a core. */
const unitParallel = process.env.MONGO_URI ? 2 : 3
const kinds = {
  unit: { files: '*.test.ts(x)', name: /\.test\.tsx?$/, parallel: unitParallel, limit: unitLimit },
  e2e: { files: '*.e2e.ts', name: /\.e2e\.ts$/, parallel: 2, limit: 360_000 },
  // System tests measure times, so they run alone, except those of `untimed`.
  'system-mongo': { files: '*.system-mongo.ts', name: /\.system-mongo\.ts$/, parallel: 1, limit: 300_000 },
  system: { files: '*.system.ts', name: /\.system\.ts$/, parallel: 1, limit: 420_000 },
}
const [firstArgument = '', ...rest] = process.argv.slice(2)
const kind =
  firstArgument === 'e2e' || firstArgument === 'system' || firstArgument === 'system-mongo' ? firstArgument : 'unit'
const filters = kind === 'unit' ? process.argv.slice(2) : rest
const { name, parallel, limit } = kinds[kind]

/** Started first, so that no long file runs alone at the end. */
const longest = [
  'client/e2e/pages.e2e.ts',
  'client/e2e/screenshots.e2e.ts',
  'client/e2e/account-pages.e2e.ts',
  'server/storage/contract.test.ts',
  'server/main.test.ts',
  'server/features/docs/docs.test.ts',
  'scripts/doctor/doctor.test.ts',
  'scripts/test.test.ts',
  'server/services/orders.test.ts',
]
/** System tests that only wait for what must come: two at a time. */
const untimed = [
  'scripts/chaos/mutants.system.ts',
  'scripts/channels/channels.system.ts',
  'scripts/deploy/deploy.system.ts',
  'scripts/deploy/proxy.system.ts',
  'scripts/examples/examples.system.ts',
  'scripts/release.system.ts',
  'server/features/files/kills.system.ts',
  'server/system-tests/backup.system.ts',
  'server/system-tests/bridge.system.ts',
  'server/system-tests/device-commands.system.ts',
  'server/system-tests/device-sim.system.ts',
  'server/system-tests/file-matrix.system.ts',
  'server/system-tests/matrix.system.ts',
  'server/system-tests/mosquitto.system.ts',
  'server/system-tests/presence-restart.system.ts',
  'server/system-tests/renames.system.ts',
  'server/system-tests/retention.system.ts',
  'server/system-tests/unable-vendors.system.ts',
]
const rank = (path: string) => (longest.includes(path) ? 0 : 1)

const sources = ['server', 'client', 'shared', 'scripts']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)))
  .filter((path) => /(?<!\.d)\.tsx?$/.test(path))
const files = sources
  .filter((path) => name.test(path) && (!filters.length || filters.some((filter) => path.includes(filter))))
  .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => void stopAll().then(() => process.exit(code)))
}

const terminal = process.stdout.isTTY
const paint = (code: number, text: string) => (terminal && !process.env.NO_COLOR ? `\x1b[${code}m${text}\x1b[0m` : text)
const clearLine = () => terminal && process.stdout.write('\r\x1b[K')

let done = 0

function showProgress(running: readonly string[]) {
  if (!terminal || !running.length) return
  const text = `${done}/${files.length}  ${running.join('  ')}`
  clearLine()
  process.stdout.write(paint(2, text.slice(0, process.stdout.columns - 1)))
}

function showResult({ file, passed, failed, seconds, problem, output }: Result) {
  done++
  clearLine()
  const line = `${file}  ${passed}/${passed + failed}  ${seconds.toFixed(1)} s`
  if (!problem) {
    console.log(`${paint(32, 'ok')}    ${line}`)
    // Print the measured figures of passing tests too.
    for (const [figures] of output.matchAll(/^figures .*$/gm)) console.log(`      ${figures}`)
    return
  }
  console.log(`${paint(31, 'FAIL')}  ${line}  ${problem}`)
  const text = output.trim()
  if (text) console.log(`\n${text.replace(/^(?=.)/gm, '      ')}\n`)
}

// A syntax error: esbuild has printed the place.
const transpiled = await transpile(sources).catch(() => process.exit(1))
process.once('exit', transpiled.remove)
const run = (some: readonly string[], atOnce: number) =>
  runTests(some, { parallel: atOnce, limit, transpiled, onResult: showResult, onProgress: showProgress })
const results = [
  ...(await run(
    files.filter((file) => untimed.includes(file)),
    2,
  )),
  ...(await run(
    files.filter((file) => !untimed.includes(file)),
    parallel,
  )),
]

if (!files.length) console.error(`No ${kinds[kind].files} ${filters.length ? `in ${filters.join(', ')}` : 'here'}`)
const sum = (key: 'passed' | 'failed') => results.reduce((n, result) => n + result[key], 0)
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = files.length && !sum('failed') ? 0 : 1
