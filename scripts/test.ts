import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runTests, stopAll, type Result } from './lib/run-tests.ts'

// npm test [part of a path …] · npm run test:e2e [part of a path …]
const words = process.argv.slice(2)
const e2e = words[0] === 'e2e'
const filters = e2e ? words.slice(1) : words
const name = e2e ? /\.e2e\.ts$/ : /\.test\.tsx?$/

const files = ['server', 'client', 'shared', 'scripts']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)))
  .filter((path) => name.test(path) && (!filters.length || filters.some((filter) => path.includes(filter))))
  .sort((a, b) => a.localeCompare(b))

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
  if (!problem) return console.log(`${paint(32, 'ok')}    ${line}`)
  console.log(`${paint(31, 'FAIL')}  ${line}  ${problem}`)
  const text = output.trim()
  if (text) console.log(`\n${text.replace(/^(?=.)/gm, '      ')}\n`)
}

const results = await runTests(files, {
  parallel: e2e ? 1 : 2,
  limit: e2e ? 240_000 : 60_000,
  onResult: showResult,
  onProgress: showProgress,
})

if (!files.length)
  console.error(`No ${e2e ? '*.e2e.ts' : '*.test.ts(x)'} ${filters.length ? `in ${filters.join(', ')}` : 'here'}`)
const sum = (key: 'passed' | 'failed') => results.reduce((n, result) => n + result[key], 0)
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = files.length && !sum('failed') ? 0 : 1
