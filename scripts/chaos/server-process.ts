import { spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { within } from '../../server/system-tests/lib/waiting.ts'
import { readUntilReady } from '../../server/testing/ready-lines.ts'
import { builtServer } from '../lib/built.ts'

export interface RestartableServerOptions {
  /** The data folder, and the working directory, so that no .env applies. */
  dir: string
  env: Record<string, string>
  /** Modules that Node loads first (`--import`). */
  preload?: readonly string[]
  /** The process exited by itself or logged an error. */
  onProblem(detail: string): void
}

export type RestartableServer = ReturnType<typeof createRestartableServer>

/** The built server as a process that is killed and restarted with the same data and ports. */
export function createRestartableServer({ dir, env, preload = [], onProblem }: RestartableServerOptions) {
  const main = resolve(builtServer)
  let child: ChildProcess | null = null
  let exited: Promise<number | null> = Promise.resolve(null)
  let expected = false
  const startTimes: number[] = []
  const demo = new Map<string, string>()

  const killOnExit = () => void child?.kill('SIGKILL')
  process.once('exit', killOnExit)

  function launch(): ChildProcess {
    const { PATH = '' } = process.env
    // A separate process group, so that Ctrl-C reaches only this process, which then stops the server.
    const started = spawn(process.execPath, [...preload.flatMap((module) => ['--import', module]), main], {
      cwd: dir,
      detached: true,
      env: { PATH, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    expected = false
    child = started
    let log = ''
    started.stderr.on('data', (chunk: Buffer) => (log = (log + String(chunk)).slice(-2_000)))
    exited = new Promise((done) => {
      started.once('close', (code) => {
        if (!expected) onProblem(`the server ended by itself (${code}): ${log}`)
        else if (log.includes('"level":')) onProblem(`the server logged: ${log}`)
        done(code)
      })
    })
    return started
  }

  /** Resolves to false if the process exited before it was ready. */
  async function start(): Promise<boolean> {
    const begun = performance.now()
    const running = await readUntilReady(launch().stdout)
    if (!running) return false
    for (const { email, password } of running.demoAccounts) demo.set(email, password)
    startTimes.push(performance.now() - begun)
    return true
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    expected = true
    child?.kill(signal)
    return exited
  }

  return {
    start,
    /** Passwords of the demo accounts, by e-mail. */
    demo: demo as ReadonlyMap<string, string>,
    startTimes: startTimes as readonly number[],
    kill: () => end('SIGKILL'),
    /** Stops it gracefully, with a timeout. */
    async terminate() {
      if (
        (await within(
          15_000,
          end('SIGTERM').then((code) => ({ code })),
        )) !== null
      )
        return
      onProblem('the server did not end within 15 s of SIGTERM')
      await end('SIGKILL')
    },
    async pause(milliseconds: number) {
      child?.kill('SIGSTOP')
      await sleep(milliseconds)
      child?.kill('SIGCONT')
    },
    async stop() {
      await end('SIGKILL')
      process.off('exit', killOnExit)
    },
  }
}
