import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { calls } from '../calls.ts'
import { builtProgram } from './built-program.ts'
import type { SubjectOptions } from './subject.ts'
import type { HostApi } from './host.ts'
import type { ProgramName } from './names.ts'

export type RunningSubject = Awaited<ReturnType<typeof startSubject>>

/** Starts it in a process of its own, over a new folder unless one is given. */
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

  /** Without a word. A folder that was given is left as it is. */
  async function kill() {
    child.kill('SIGKILL')
    await exited
    if (given === undefined) await rm(dir, { recursive: true, force: true })
  }

  try {
    const ask = await calls<HostApi>(child, name)
    const started = await ask.start({ ...options, dir })
    return {
      ...started,
      ask,
      kill,
      /** It ends what it has started itself. */
      async stop() {
        await ask.stop()
        await kill()
      },
    }
  } catch (error) {
    await kill()
    throw error
  }
}
