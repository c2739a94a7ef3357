import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runTests, stopAll, type Result } from './lib/run-tests.ts'
import { transpile } from './lib/transpile.ts'

// Inside the repository, so that `uvu` resolves; in node_modules, so that no tool reads it.
const cache = 'node_modules/.cache'
mkdirSync(cache, { recursive: true })

// Fixtures run in separate process groups, so a SIGTERM of this file must stop them too.
process.once('SIGTERM', () => void stopAll().then(() => process.exit(143)))

async function run(lines: string, limit = 20_000, afterSummary?: number): Promise<Result> {
  const folder = mkdtempSync(join(cache, 'test-'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  try {
    const file = join(folder, 'fixture.test.ts')
    writeFileSync(file, `import { suite } from 'uvu'\nimport * as assert from 'uvu/assert'\n${lines}\n`)
    const transpiled = await transpile([file])
    const [result] = await runTests([file], { parallel: 1, limit, afterSummary, transpiled })
    transpiled.remove()
    assert.ok(result)
    return result
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const good = `const t = suite('t'); t('one', () => assert.is(1, 1)); t('two', () => assert.ok(true));`
const verdict = ({ passed, failed, problem }: Result) => ({ passed, failed, problem })

const test = suite('test runner')

test('passes a file whose tests pass', async () => {
  assert.equal(verdict(await run(`${good} t.run()`)), { passed: 2, failed: 0, problem: null })
})

test('counts a failing assertion and keeps its message and its place in the source', async () => {
  const result = await run(`${good} t('three', () => assert.is(1, 3, 'one is three')); t.run()`)
  assert.equal(verdict(result), { passed: 2, failed: 1, problem: '1 of 3 failed' })
  assert.match(result.output, 'one is three')
  assert.match(result.output, /fixture\.test\.ts:3:\d+/)
})

test('fails on a forgotten run', async () => {
  assert.equal(verdict(await run(good)), { passed: 0, failed: 1, problem: 't.run() is missing' })
})

test('fails when one of two suites is forgotten', async () => {
  const result = await run(`${good} t.run()\nconst late = suite('late'); late('three', () => {})`)
  assert.equal(verdict(result), { passed: 2, failed: 1, problem: 'late.run() is missing' })
})

test('fails on a file without tests', async () => {
  assert.equal(verdict(await run(`const t = suite('t'); t.run()`)), { passed: 0, failed: 1, problem: 'no tests' })
})

test('fails when a before hook throws', async () => {
  const result = await run(`${good} t.before(() => { throw new Error('no') }); t.run()`)
  assert.equal(verdict(result), { passed: 0, failed: 2, problem: 'a hook threw' })
})

test('fails when an after hook throws', async () => {
  const result = await run(`${good} t.after(() => { throw new Error('cannot close') }); t.run()`)
  assert.equal(result.failed, 1)
  assert.match(result.output, 'cannot close')
})

test('fails when an after.each hook throws', async () => {
  assert.equal((await run(`${good} t.after.each(() => { throw new Error('no') }); t.run()`)).failed, 2)
})

test('fails on a skipped test, and on a forgotten only', async () => {
  assert.equal((await run(`${good} t.skip('three', () => {}); t.run()`)).failed, 1)
  assert.equal((await run(`${good} t.only('three', () => {}); t.run()`)).failed, 2)
})

test('fails when a promise is rejected after the last test', async () => {
  const result = await run(`${good} t.run(); setTimeout(() => Promise.reject(new Error('late')), 100)`)
  assert.equal(verdict(result), { passed: 2, failed: 1, problem: 'ended with exit 1' })
})

test('fails when a test ends the process', async () => {
  const result = await run(`${good} t('three', () => process.exit(0)); t.run()`)
  assert.equal(verdict(result), { passed: 0, failed: 1, problem: 'ended (exit 1) without a summary' })
})

test('fails when a file cannot be loaded', async () => {
  assert.equal((await run(`import './nowhere.ts'`)).failed, 1)
})

test('stops a file that an open handle keeps alive', async () => {
  const result = await run(`${good} t.run(); setInterval(() => {}, 1000)`, 20_000, 200)
  assert.equal(verdict(result), { passed: 2, failed: 1, problem: 'done, but something kept it open' })
  assert.ok(result.seconds < 10)
})

test('stops a test that never ends, and its child processes', async () => {
  const child = `import { spawn } from 'node:child_process'
    t('three', () => { console.log('pid ' + spawn('sleep', ['60']).pid); return new Promise(() => {}) })`
  const result = await run(
    `${good} ${child}; t.run(); setInterval(() => {}, 1000); process.on('SIGTERM', () => {})`,
    2000,
  )
  assert.equal(verdict(result), { passed: 0, failed: 1, problem: 'no end after 2 s' })
  const pid = Number(/pid (\d+)/.exec(result.output)?.[1])
  assert.throws(() => process.kill(pid, 0), /ESRCH/)
})

test('stops child processes that a passing file left running', async () => {
  const child = `import { spawn } from 'node:child_process'
    const sleeper = spawn('sleep', ['60'], { stdio: 'inherit' }); sleeper.unref(); console.log('pid ' + sleeper.pid)`
  const result = await run(`${good} ${child}; t.run()`)
  assert.is(result.problem, null)
  assert.ok(result.seconds < 10)
})

test.run()
