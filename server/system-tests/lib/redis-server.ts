import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, takesConnections } from './ports.ts'

export type RedisServer = Awaited<ReturnType<typeof startRedisServer>>

/** The path of redis-server; null if it is not installed. */
export function findRedisServer(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return folders.map((folder) => join(folder, 'redis-server')).find((program) => existsSync(program)) ?? null
}

/**
 * Starts redis-server on a free port with a temporary folder; it can be killed and restarted with its data. `detached`: it
 * runs in a separate process group, so that Ctrl-C reaches only the parent, which stops it.
 */
export async function startRedisServer({ detached = false } = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'callout-redis-'))
  const port = await freePort()
  let child: ChildProcess | null = null
  const killOnExit = () => void child?.kill('SIGKILL')
  process.once('exit', killOnExit)

  async function start() {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--appendonly', 'yes', '--save', '']
    const started = spawn('redis-server', options, { detached, stdio: 'ignore' })
    child = started
    const failed = once(started, 'exit').then(([code]) => Promise.reject(new Error(`redis-server ended (${code})`)))
    await Promise.race([untilListening(), failed])
    failed.catch(() => {})
  }

  async function untilListening() {
    while (!(await takesConnections(port))) await sleep(20)
  }

  async function kill() {
    const ending = child
    child = null
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    ending.kill('SIGKILL')
    await once(ending, 'exit')
  }

  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill,
    pause: () => child?.kill('SIGSTOP'),
    resume: () => child?.kill('SIGCONT'),
    async stop() {
      await kill()
      process.off('exit', killOnExit)
      await rm(dir, { recursive: true, force: true })
    },
  }
}
