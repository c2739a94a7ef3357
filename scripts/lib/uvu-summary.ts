import { stripVTControlCharacters } from 'node:util'

export interface Summary {
  total: number
  passed: number
  skipped: number
}

/** Reads uvu's summary; several runs in one file (an `await` between two `.run()`) are added. Null if there is none. */
export function readSummary(output: string): Summary | null {
  const found = [
    ...stripVTControlCharacters(output).matchAll(/^ {2}Total: +(\d+)\n {2}Passed: +(\d+)\n {2}Skipped: +(\d+)$/gm),
  ]
  if (!found.length) return null
  const sum = (group: number) => found.reduce((n, match) => n + Number(match[group]), 0)
  return { total: sum(1), passed: sum(2), skipped: sum(3) }
}

/** The first suite that a file declares at its top level but never runs, which uvu does not report. */
export function forgottenSuite(source: string): string | undefined {
  const names = [...source.matchAll(/^(?:const|let) (\w+) = suite\b/gm)].map((match) => match[1] ?? '')
  if (/^import \{[^}]*\btest\b[^}]*\} from 'uvu'/m.test(source)) names.push('test')
  return names.find((name) => !new RegExp(`\\b${name}\\.run\\(`).test(source))
}
