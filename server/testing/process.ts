import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Running } from '../app.ts'
import { readUntilReady } from './ready-lines.ts'
import { sourceProgram } from './source-program.ts'

/**
 * The server as a separate process, from source or from a build: for tests of exit codes and kill -9.
 */
export class ServerProcess {
  readonly child: ChildProcess
  readonly output: string[] = []
  /** Resolves to the exit code; null after a signal. */
  readonly exited: Promise<number | null>

  constructor(env: Record<string, string>, built?: string) {
    const { PATH = '' } = process.env
    this.child = spawn(process.execPath, built ? [built] : sourceProgram('server/main.ts'), {
      env: { PATH, LOG_LEVEL: 'warn', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.exited = once(this.child, 'close').then(([code]) => code as number | null)
    this.child.stderr?.on('data', (chunk) => this.output.push(String(chunk)))
  }

  /** Resolves at the ready line. Rejects with the output if the process exits first. */
  async ready(): Promise<Running> {
    const running = await readUntilReady(this.child.stdout, (line) => this.output.push(`${line}\n`))
    if (!running) throw new Error(`the server exited: ${this.output.join('')}`)
    return running
  }

  async end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL' = 'SIGTERM') {
    this.child.kill(signal)
    return this.exited
  }
}
