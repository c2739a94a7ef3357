import { fork } from 'node:child_process'
import { join } from 'node:path'
import { connectCalls } from '../remote-calls.ts'
import type { LoadApi } from './main.ts'

export type Load = Awaited<ReturnType<typeof startLoad>>

/** Starts the load generator in a separate process. */
export async function startLoad() {
  const child = fork(join(import.meta.dirname, 'main.ts'), { execArgv: ['--import', 'tsx'], serialization: 'advanced' })
  const remote = await connectCalls<LoadApi>(child, 'the load generator')
  return { remote, pid: child.pid ?? 0, end: () => void child.kill('SIGKILL') }
}
