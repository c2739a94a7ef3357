import { fork } from 'node:child_process'
import { join } from 'node:path'
import { calls } from '../calls.ts'
import type { LoadApi } from './main.ts'

export type Load = Awaited<ReturnType<typeof startLoad>>

/** Starts the load generator as a process of its own. */
export async function startLoad() {
  const child = fork(join(import.meta.dirname, 'main.ts'), { execArgv: ['--import', 'tsx'], serialization: 'advanced' })
  const ask = await calls<LoadApi>(child, 'the load generator')
  return { ask, pid: child.pid ?? 0, end: () => void child.kill('SIGKILL') }
}
