import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectCalls } from '../remote-calls.ts'
import { builtProgram } from './built-program.ts'
import type { SubjectOptions } from './subject.ts'
import type { HostApi } from './host.ts'
import type { ProgramName } from './names.ts'

export type RunningSubject = Awaited<ReturnType<typeof startSubject>>

/** Starts a subject in a separate process, with a temporary data folder unless `dir` is given. */
export async function startSubject(
  name: ProgramName,
  { dir: given, ...options }: Omit<SubjectOptions, 'dir'> & { dir?: string },
) {
  const dir = given ?? (await mkdtemp(join(tmpdir(), 'callout-bench-')))
  const { PATH = '' } = process.env
  const child = fork(builtProgram('host'), [name], {
    execArgv: ['--expose-gc'],
    env: { PATH, NODE_ENV: 'production' },
    serialization: 'advanced',
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))

  /** Kills the process. Removes the folder only if it is temporary. */
  async function kill() {
    child.kill('SIGKILL')
    await exited
    if (given === undefined) await rm(dir, { recursive: true, force: true })
  }

  try {
    const remote = await connectCalls<HostApi>(child, name)
    const started = await remote.start({ ...options, dir })
    return {
      ...started,
      remote,
      kill,
      /** Lets the subject stop its own child processes first. */
      async stop() {
        await remote.stop()
        await kill()
      },
    }
  } catch (error) {
    await kill()
    throw error
  }
}
