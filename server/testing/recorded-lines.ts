import { pino } from 'pino'

/** A log that keeps its lines. `output` is for an app that makes its log itself. */
export function recordedLines() {
  const lines: Record<string, unknown>[] = []
  const output = { write: (line: string) => void lines.push(JSON.parse(line)) }
  return { lines, output, log: pino({ level: 'info', base: null }, output) }
}
