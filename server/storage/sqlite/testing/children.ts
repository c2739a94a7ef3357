import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { sourceProgram } from '../../../testing/source-program.ts'

/** Starts another process with a store on `file`; `lines` emits each line of its output. */
export function startChild(mode: 'write' | 'hold', file: string) {
  const program = sourceProgram('server/storage/sqlite/testing/child.ts')
  const child = spawn(process.execPath, [...program, mode, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const ended = Promise.all([once(child, 'exit'), once(lines, 'close')])
  return {
    lines,
    /** SIGKILL, so that no handler runs. Resolves when the process has exited and its output has been read. */
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
