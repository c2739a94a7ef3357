import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { calls } from '../calls.ts'
import type { ContestantOptions } from './contestant.ts'
import type { HostApi } from './host.ts'
import type { ProgramName } from './names.ts'

export type RunningContestant = Awaited<ReturnType<typeof startContestant>>

/** Starts it in a process of its own, over a new folder. */
export async function startContestant(name: ProgramName, options: Omit<ContestantOptions, 'dir'>) {
  const dir = await mkdtemp(join(tmpdir(), 'callout-bench-'))
  const { PATH = '' } = process.env
  const child = fork(join(import.meta.dirname, 'host.ts'), [name], {
    execArgv: ['--import', 'tsx', '--expose-gc'],
    env: { PATH },
    serialization: 'advanced',
  })
  const ask = await calls<HostApi>(child, name)
  const removed = () => rm(dir, { recursive: true, force: true })
  try {
    return {
      name,
      ask,
      ...(await ask.start({ ...options, dir })),
      async stop() {
        await ask.stop()
        child.kill('SIGKILL')
        await removed()
      },
    }
  } catch (error) {
    child.kill('SIGKILL')
    await removed()
    throw error
  }
}
