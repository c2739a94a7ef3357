import { spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import type { DemoAccount } from '../../server/demo/demo-accounts.ts'
import { within } from '../../server/system-tests/lib/waiting.ts'
import { readUntilReady } from '../../server/testing/ready-lines.ts'
import { builtServer } from '../lib/built.ts'

/** Delay of a restart, in ms: long enough to see that the other nodes continue. */
export const restartAfter = 3_000
/** Time for a graceful stop, in ms. */
const stopTimeout = 15_000

export interface SupervisedNodeOptions {
  env: NodeJS.ProcessEnv
  /** The process exited by itself, by a signal or with an exit code. */
  onExit(pid: number | undefined, how: string): void
  /** The process is ready restartTimer. */
  onRestart(pid: number | undefined): void
}

export type SupervisedNode = ReturnType<typeof createSupervisedNode>

/** The built server as a process that is restarted whenever it exits, from its first ready line until `stop`. */
export function createSupervisedNode({ env, onExit, onRestart }: SupervisedNodeOptions) {
  let child: ChildProcess | null = null
  let exited: Promise<void> = Promise.resolve()
  let restartTimer: NodeJS.Timeout | undefined
  let supervised = false
  let stopped = false

  /** Resolves to the demo accounts; rejects if the process exits before it is ready. */
  async function launch(): Promise<DemoAccount[]> {
    // A separate process group, so that Ctrl-C reaches only this process, which then stops the nodes in order.
    const started = spawn(process.execPath, [resolve(builtServer)], {
      detached: true,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child = started
    exited = new Promise((done) => {
      started.once('exit', (code, signal) => {
        done()
        if (!supervised) return
        onExit(started.pid, signal ?? `exit code ${code}`)
        restartTimer = setTimeout(restart, restartAfter)
      })
    })
    const running = await readUntilReady(started.stdout)
    if (!running) throw new Error('a node ended before it was ready')
    return running.demoAccounts
  }

  function restart() {
    launch().then(
      () => onRestart(child?.pid),
      () => {}, // it exited again, which onExit reports
    )
  }

  return {
    pid: () => child?.pid,

    /** Resolves to the demo accounts when it is ready. */
    async start(): Promise<DemoAccount[]> {
      const accounts = await launch()
      supervised = !stopped
      return accounts
    },

    async stop() {
      stopped = true
      supervised = false
      clearTimeout(restartTimer)
      child?.kill('SIGTERM')
      // A frozen process (SIGSTOP) handles SIGTERM only after SIGCONT.
      child?.kill('SIGCONT')
      const inTime = exited.then(() => true)
      if (!(await within(stopTimeout, inTime))) child?.kill('SIGKILL')
      await exited
    },

    kill: () => void child?.kill('SIGKILL'),
  }
}
