import type { TextLog } from '../../../lib/log.ts'

/** A log that appends its lines to `lines`. */
export function recordingLog(lines: string[]): TextLog {
  const push = (text: string) => void lines.push(text)
  return { info: push, warn: push, error: push }
}
