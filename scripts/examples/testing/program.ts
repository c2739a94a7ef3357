import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export type Program = ReturnType<typeof startProgram>

/** Starts an example, and waits for what it prints. */
export function startProgram(command: string, args: readonly string[], env: Record<string, string | undefined> = {}) {
  const child = spawn(command, args, {
    env: { ...process.env, PYTHONUNBUFFERED: '1', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  const checks = new Set<() => void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    for (const check of checks) check()
  })
  const exited = once(child, 'close').then(([code]: unknown[]) => {
    for (const check of checks) check()
    return code
  })
  return {
    lines,
    exited,
    /** Resolves once it has printed a line that contains all `parts`. */
    until(...parts: readonly string[]): Promise<void> {
      return new Promise((resolve, reject) => {
        const done = (settle: () => void) => {
          clearTimeout(late)
          checks.delete(check)
          settle()
        }
        const missing = (why: string) =>
          done(() => reject(new Error(`${why} without "${parts.join(' ')}":\n${lines.join('\n')}`)))
        const check = () => {
          if (lines.some((line) => parts.every((part) => line.includes(part)))) done(resolve)
          else if (child.exitCode !== null) missing(`${command} ${args.join(' ')} ended with ${child.exitCode}`)
        }
        const late = setTimeout(() => missing('20 s passed'), 20_000)
        checks.add(check)
        check()
      })
    },
    write: (line: string) => void child.stdin.write(`${line}\n`),
    /** The process is gone at once, as when the power fails. */
    kill: () => void child.kill('SIGKILL'),
    async stop(): Promise<void> {
      child.stdin.end()
      child.kill('SIGTERM')
      await exited
    },
  }
}
