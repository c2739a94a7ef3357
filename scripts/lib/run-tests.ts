import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Transpiled } from './transpile.ts'
import { forgottenSuite, readSummary } from './uvu-summary.ts'

export interface Result {
  file: string
  passed: number
  failed: number
  seconds: number
  /** Why the file failed, in one line; null if it passed. */
  problem: string | null
  output: string
}

export interface Options {
  /** Number of files that run at the same time. */
  parallel: number
  /** Timeout of a file, in ms. */
  limit: number
  /** Timeout of a file that has printed its summary, in ms: a failed test leaves a server or a page open. */
  afterSummary?: number
  transpiled: Transpiled
  onResult?: (result: Result) => void
  onProgress?: (running: readonly string[]) => void
}

/** Time from SIGTERM to SIGKILL, in ms, in which a test can stop its child processes (a browser). */
const grace = 2000

const alive = new Set<ChildProcess>()
let stopping = false

/** Stops all running files and their child processes; no further file starts. */
export async function stopAll(): Promise<void> {
  stopping = true
  const children = [...alive]
  for (const child of children) signalGroup(child, 'SIGTERM')
  await Promise.race([Promise.all(children.map((child) => once(child, 'exit'))), sleep(grace)])
  for (const child of children) signalGroup(child, 'SIGKILL')
}

/** Runs each file in a separate process, so that an open handle, a global or a crash stays in its file. */
export async function runTests(files: readonly string[], options: Options): Promise<Result[]> {
  const waiting = [...files]
  const running: string[] = []
  const results: Result[] = []
  const worker = async () => {
    for (let file = waiting.shift(); file && !stopping; file = waiting.shift()) {
      running.push(file)
      options.onProgress?.(running)
      const result = await runFile(file, options)
      running.splice(running.indexOf(file), 1)
      results.push(result)
      options.onResult?.(result)
      options.onProgress?.(running)
    }
  }
  await Promise.all(Array.from({ length: options.parallel }, worker))
  return results
}

async function runFile(file: string, options: Options): Promise<Result> {
  const begun = performance.now()
  const { output, hung, ended } = await runProcess(file, options)
  const summary = readSummary(output)
  const { total, passed, skipped } = summary ?? { total: 0, passed: 0, skipped: 0 }
  const forgotten = forgottenSuite(readFileSync(file, 'utf8'))

  // The first matching problem is the most specific.
  let problem: string | null = null
  if (hung && summary) problem = 'done, but something kept it open'
  else if (hung) problem = `no end after ${options.limit / 1000} s`
  else if (forgotten && ended === 'exit 0') problem = `${forgotten}.run() is missing`
  else if (!summary) problem = `ended (${ended}) without a summary`
  else if (passed + skipped < total && ended === 'exit 0') problem = 'a hook threw'
  else if (passed < total) problem = `${total - passed} of ${total} failed`
  else if (ended !== 'exit 0') problem = `ended with ${ended}`
  else if (total === 0) problem = 'no tests'
  else if (skipped > 0) problem = `${skipped} skipped: a skipped test checks nothing`

  const failed = total - passed + skipped
  const seconds = (performance.now() - begun) / 1000
  return { file, passed, failed: problem ? Math.max(failed, 1) : failed, seconds, problem, output }
}

function runProcess(
  file: string,
  { limit, afterSummary = 15_000, transpiled: { folder, programOf } }: Options,
): Promise<{ output: string; hung: boolean; ended: string }> {
  const color = process.stdout.isTTY && !process.env.NO_COLOR ? { FORCE_COLOR: '1' } : {}
  // `detached` creates a process group, so that the children of a test are stopped with it.
  const child = spawn(process.execPath, ['--enable-source-maps', programOf(file)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...color, TRANSPILED_SOURCES: folder },
  })
  alive.add(child)
  const chunks: Buffer[] = []
  let hung = false
  let last: NodeJS.Timeout | undefined
  function stop() {
    hung = true
    signalGroup(child, 'SIGTERM')
    last = setTimeout(() => signalGroup(child, 'SIGKILL'), grace)
  }
  let timer = setTimeout(stop, limit)
  let summarized = false
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    summarized ||= chunk.includes('Duration:') && readSummary(Buffer.concat(chunks).toString()) !== null
    // Another suite of the file may follow, and prints.
    if (!summarized || hung) return
    clearTimeout(timer)
    timer = setTimeout(stop, afterSummary)
  })
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))

  return new Promise((resolve, reject) => {
    let ended = ''
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      clearTimeout(timer)
      clearTimeout(last)
      ended = signal ?? `exit ${code}`
      // Remaining children would keep pipes and ports open.
      signalGroup(child, 'SIGKILL')
    })
    child.on('close', () => {
      alive.delete(child)
      resolve({ output: Buffer.concat(chunks).toString(), hung, ended })
    })
  })
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid) process.kill(-child.pid, signal)
  } catch {
    // The group is gone already.
  }
}
