import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, takesConnections } from './ports.ts'

export type RedisServer = Awaited<ReturnType<typeof startRedisServer>>

/** A redis-server of its own on a free port, that can go away and come back with what it had. */
export async function startRedisServer() {
  const dir = await mkdtemp(join(tmpdir(), 'callout-redis-'))
  const port = await freePort()
  let child: ChildProcess | null = null

  async function start() {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--appendonly', 'yes', '--save', '']
    const started = spawn('redis-server', options, { stdio: 'ignore' })
    child = started
    const failed = once(started, 'exit').then(([code]) => Promise.reject(new Error(`redis-server ended (${code})`)))
    await Promise.race([answers(), failed])
    failed.catch(() => {})
  }

  async function answers() {
    while (!(await takesConnections(port))) await sleep(20)
  }

  async function kill() {
    const ending = child
    child = null
    if (!ending || ending.exitCode !== null) return
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
      await rm(dir, { recursive: true, force: true })
    },
  }
}
