import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Starts another process with a store on `file`; `lines` emits each line of its output. */
export function startChild(mode: 'write' | 'hold', file: string) {
  const script = fileURLToPath(new URL('child.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script, mode, file], {
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
