import { spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { within } from '../../server/system-tests/lib/waiting.ts'
import { readUntilReady } from '../../server/testing/ready-lines.ts'
import { builtServer } from '../lib/built.ts'

export interface KeptServerOptions {
  /** Where its data is, and where it runs: there is no .env that would change what it does. */
  dir: string
  env: Record<string, string>
  /** It has ended, or said what it should not have to say. */
  onTrouble(words: string): void
}

export type KeptServer = ReturnType<typeof createKeptServer>

/** The built server as a process that is ended and started again, always on the same data and ports. */
export function createKeptServer({ dir, env, onTrouble }: KeptServerOptions) {
  const main = resolve(builtServer)
  let child: ChildProcess | null = null
  let gone: Promise<number | null> = Promise.resolve(null)
  let expected = false
  const startTimes: number[] = []
  const demo = new Map<string, string>()

  const endWithUs = () => void child?.kill('SIGKILL')
  process.once('exit', endWithUs)

  function launch(): ChildProcess {
    const { PATH = '' } = process.env
    // A group of its own: Ctrl-C is for the harness, which then ends the server itself.
    const started = spawn(process.execPath, [main], {
      cwd: dir,
      detached: true,
      env: { PATH, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    expected = false
    child = started
    let said = ''
    started.stderr.on('data', (chunk: Buffer) => (said = (said + String(chunk)).slice(-2_000)))
    gone = new Promise((done) => {
      started.once('close', (code) => {
        if (!expected) onTrouble(`the server ended by itself (${code}): ${said}`)
        else if (said.includes('"level":')) onTrouble(`the server logged: ${said}`)
        done(code)
      })
    })
    return started
  }

  /** Resolves to false when it was ended before it was ready. */
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
    return gone
  }

  return {
    start,
    /** Passwords of the demo accounts, by e-mail. */
    demo: demo as ReadonlyMap<string, string>,
    startTimes: startTimes as readonly number[],
    kill: () => end('SIGKILL'),
    /** Stops it the polite way, which has to work as well. */
    async terminate() {
      if (
        (await within(
          15_000,
          end('SIGTERM').then((code) => ({ code })),
        )) !== null
      )
        return
      onTrouble('the server did not end within 15 s of SIGTERM')
      await end('SIGKILL')
    },
    async pause(milliseconds: number) {
      child?.kill('SIGSTOP')
      await sleep(milliseconds)
      child?.kill('SIGCONT')
    },
    async stop() {
      await end('SIGKILL')
      process.off('exit', endWithUs)
    },
  }
}
