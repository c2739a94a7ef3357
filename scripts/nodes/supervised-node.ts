import { spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import type { DemoAccount } from '../../server/demo/demo-accounts.ts'
import { within } from '../../server/system-tests/lib/waiting.ts'
import { readUntilReady } from '../../server/testing/ready-lines.ts'
import { builtServer } from '../lib/built.ts'

/** Long enough for people to see that the others go on without it. */
export const backAfter = 3_000
/** For it to say goodbye to its clients. */
const patience = 15_000

export interface KeptNodeOptions {
  env: NodeJS.ProcessEnv
  /** It has ended without being told to: by this signal, or with this exit code. */
  onGone(pid: number | undefined, how: string): void
  /** It takes part again. */
  onBack(pid: number | undefined): void
}

export type KeptNode = ReturnType<typeof createKeptNode>

/** The built server as a process that, once it was ready, is started again whenever it ends, until it is told to. */
export function createKeptNode({ env, onGone, onBack }: KeptNodeOptions) {
  let child: ChildProcess | null = null
  let gone: Promise<void> = Promise.resolve()
  let again: NodeJS.Timeout | undefined
  let kept = false
  let stopped = false

  /** Resolves to the demo accounts that it tells of; rejects when it ends before it is ready. */
  async function launch(): Promise<DemoAccount[]> {
    // A group of its own: Ctrl-C is for whoever has started it, who then ends it in its turn.
    const started = spawn(process.execPath, [resolve(builtServer)], {
      detached: true,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child = started
    gone = new Promise((done) => {
      started.once('exit', (code, signal) => {
        done()
        if (!kept) return
        onGone(started.pid, signal ?? `exit code ${code}`)
        again = setTimeout(comeBack, backAfter)
      })
    })
    const running = await readUntilReady(started.stdout)
    if (!running) throw new Error('a node ended before it was ready')
    return running.demoAccounts
  }

  function comeBack() {
    launch().then(
      () => onBack(child?.pid),
      () => {}, // it is gone again, and that was said
    )
  }

  return {
    pid: () => child?.pid,

    /** Resolves to the demo accounts, when it is ready. */
    async start(): Promise<DemoAccount[]> {
      const accounts = await launch()
      kept = !stopped
      return accounts
    },

    async stop() {
      stopped = true
      kept = false
      clearTimeout(again)
      child?.kill('SIGTERM')
      // One that was frozen by hand hears it too.
      child?.kill('SIGCONT')
      const inTime = gone.then(() => true)
      if (!(await within(patience, inTime))) child?.kill('SIGKILL')
      await gone
    },

    kill: () => void child?.kill('SIGKILL'),
  }
}
