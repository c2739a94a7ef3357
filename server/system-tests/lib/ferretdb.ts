import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, takesConnections } from './ports.ts'

export const ferretVersion = 'v1.24.2'

/** The install path of scripts/install-ferretdb.sh: outside the checkout, so that it is built once per machine. */
const cached = () =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'callout', `ferretdb-${ferretVersion}`, 'ferretdb')

/** The FerretDB program: `FERRETDB`, or the installed one; null if there is none. */
export function findFerretdb(): string | null {
  const program = process.env.FERRETDB ?? cached()
  if (!existsSync(program)) return null
  accessSync(program, constants.X_OK)
  return program
}

export type Ferretdb = Awaited<ReturnType<typeof startFerretdb>>

/**
 * Starts FerretDB on a free local port with a temporary folder; both stay the same across restarts. `detached`: it runs in
 * a separate process group, so that Ctrl-C reaches only the parent, which stops it.
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
  const killOnExit = () => void child?.kill('SIGKILL')
  process.once('exit', killOnExit)

  async function start() {
    // Inherits no pipes: a remaining process would keep a test's output open.
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
    // A stopped process handles other signals only after SIGCONT.
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
     * The URI of a database. With one connection, because FerretDB reads and then writes: on several connections two
     * conditional updates of one document can both succeed, which MongoDB excludes.
     */
    uri: (database: string) => `mongodb://127.0.0.1:${port}/${database}?maxPoolSize=1`,
    start,
    /** SIGKILL: loses what is not yet written. */
    kill: () => end('SIGKILL'),
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    /** Stops it and removes its files. */
    async stop() {
      await end('SIGTERM')
      process.off('exit', killOnExit)
      await rm(dir, { recursive: true, force: true })
    },
  }
}
