import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { within } from '../../server/system-tests/lib/waiting.ts'

/** Runs `npm run -s SCRIPT` as in a terminal: in a process group that Ctrl-C reaches as a whole. */
export function startNpmScript(script: string, env: Record<string, string>) {
  const child = spawn('npm', ['run', '-s', script], { detached: true, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const { pid } = child
  if (pid === undefined) throw new Error('there is no npm')
  const lines: string[] = []
  const checks = new Set<() => void>()
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      lines.push(line)
      for (const check of checks) check()
    })
  }
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))

  /** The first line, printed or still to come, that matches. */
  async function untilPrinted(expression: RegExp, timeout = 20_000): Promise<RegExpExecArray> {
    let check = () => {}
    const found = new Promise<RegExpExecArray>((resolve) => {
      check = () => {
        const match = lines.map((line) => expression.exec(line)).find((one) => one !== null)
        if (match) resolve(match)
      }
    })
    checks.add(check)
    check()
    const match = await within(timeout, found)
    checks.delete(check)
    if (!match) throw new Error(`${expression} was not printed; the output is\n${lines.join('\n')}`)
    return match
  }

  /** Resolves to the exit code when all processes that share its output have exited. */
  function end(signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(pid ?? 0), signal)
    return closed
  }

  return { pid, lines: lines as readonly string[], untilPrinted, end }
}
