import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, takesConnections } from './ports.ts'

export const ferretVersion = 'v1.24.2'

/** Where scripts/install-ferretdb.sh puts it: outside the checkout, so that it is built once a machine. */
const cached = () =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'callout', `ferretdb-${ferretVersion}`, 'ferretdb')

/** A server of the MongoDB protocol that this machine can run: `FERRETDB`, or the one that was installed; null when there is none. */
export function findFerretdb(): string | null {
  const program = process.env.FERRETDB ?? cached()
  if (!existsSync(program)) return null
  accessSync(program, constants.X_OK)
  return program
}

export type Ferretdb = Awaited<ReturnType<typeof startFerretdb>>

/**
 * FerretDB on a free port of this machine alone, over files of its own; ended and started again it is on the same.
 * `detached`: Ctrl-C is not for it, but for whoever has started it; they end it. Else it ends with their group.
 */
export async function startFerretdb(program: string, { detached = false } = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'callout-ferretdb-'))
  const port = await freePort()
  const args = [
    '--handler=sqlite',
    `--sqlite-url=file:${dir}/`,
    `--listen-addr=127.0.0.1:${port}`,
    '--debug-addr=-',
    '--telemetry=disable',
    '--mode=normal',
    `--state-dir=${dir}`,
    '--log-level=ERROR',
  ]
  let child: ChildProcess | null = null
  const endWithUs = () => void child?.kill('SIGKILL')
  process.once('exit', endWithUs)

  async function start() {
    // Nothing of ours is inherited: one that is left behind would hold the pipes of a test open.
    const started = spawn(program, args, { detached, stdio: 'ignore' })
    child = started
    while (!(await takesConnections(port))) {
      if (started.exitCode !== null) throw new Error(`ferretdb ended with ${started.exitCode}`)
      await sleep(50)
    }
  }

  async function end(signal: 'SIGTERM' | 'SIGKILL') {
    const ending = child
    child = null
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const exited = once(ending, 'exit')
    // One that was paused hears of nothing else.
    ending.kill('SIGCONT')
    ending.kill(signal)
    await exited
  }

  await start()
  return {
    host: '127.0.0.1',
    port,
    pid: () => child?.pid,
    /**
     * For a database of this name. On one connection: FerretDB reads and then writes, so on several two conditional
     * updates of one document both succeed, which MongoDB never lets happen.
     */
    uri: (database: string) => `mongodb://127.0.0.1:${port}/${database}?maxPoolSize=1`,
    start,
    /** SIGKILL: what it has not written is gone. */
    kill: () => end('SIGKILL'),
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    /** Ends it and removes its files. */
    async stop() {
      await end('SIGTERM')
      process.off('exit', endWithUs)
      await rm(dir, { recursive: true, force: true })
    },
  }
}
