import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { within } from '../../server/system-tests/lib/waiting.ts'

/** `npm run -s SCRIPT` as somebody types it on a terminal: in a group of its own, which Ctrl-C reaches whole. */
export function typed(script: string, env: Record<string, string>) {
  const child = spawn('npm', ['run', '-s', script], { detached: true, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const { pid } = child
  if (pid === undefined) throw new Error('there is no npm')
  const lines: string[] = []
  const looks = new Set<() => void>()
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      lines.push(line)
      for (const look of looks) look()
    })
  }
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))

  /** The first line, said or still to be said, in which this is found. */
  async function says(expression: RegExp, patience = 20_000): Promise<RegExpExecArray> {
    let look = () => {}
    const found = new Promise<RegExpExecArray>((resolve) => {
      look = () => {
        const match = lines.map((line) => expression.exec(line)).find((one) => one !== null)
        if (match) resolve(match)
      }
    })
    looks.add(look)
    look()
    const match = await within(patience, found)
    looks.delete(look)
    if (!match) throw new Error(`${expression} was not said, but\n${lines.join('\n')}`)
    return match
  }

  /** Resolves to the exit code, when all that shares its output has ended. */
  function end(signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(pid ?? 0), signal)
    return closed
  }

  return { pid, lines: lines as readonly string[], says, end }
}
