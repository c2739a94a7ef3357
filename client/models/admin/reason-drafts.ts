import { reasonCode, type Reason } from '#shared/reasons.ts'
import { t } from '../../i18n/index.ts'

/** A reason that is being written. `key`: tells the rows apart while they move. */
export interface ReasonDraft {
  key: number
  text: string
  /** Empty: made from the text. */
  code: string
}

export function draftsOf(reasons: readonly Reason[]): ReasonDraft[] {
  return reasons.map(({ text, code }, key) => ({ key, text, code }))
}

export const withNew = (drafts: readonly ReasonDraft[]): ReasonDraft[] => [
  ...drafts,
  { key: Math.max(-1, ...drafts.map(({ key }) => key)) + 1, text: '', code: '' },
]

/** Moves one row by a place; at the end it stays. */
export function moved(drafts: readonly ReasonDraft[], index: number, by: 1 | -1): readonly ReasonDraft[] {
  const [one, other] = [drafts[index], drafts[index + by]]
  return one && other ? drafts.with(index, other).with(index + by, one) : drafts
}

/** "Kein Zugang zum Haus" → "kein-zugang-zum-haus"; of an alphabet without such letters "reason". */
export function codeFor(text: string, taken: ReadonlySet<string>): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').replace(/ß/g, 'ss').toLowerCase()
  const words = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '')
  const code = words.slice(0, 36).replace(/-+$/, '') || 'reason'
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? code : `${code}-${n}`
    if (!taken.has(candidate)) return candidate
  }
}

/** The reasons as they are sent, or what is wrong with them. */
export function reasonsOf(drafts: readonly ReasonDraft[]): Reason[] | (() => string) {
  const rows = drafts.map(({ text, code }) => ({ text: text.trim(), code: code.trim() }))
  if (rows.length === 0) return () => t().reasonLists.atLeastOne
  if (rows.some(({ text }) => text === '')) return () => t().reasonLists.emptyReason
  const codes = rows.flatMap(({ code }) => code || [])
  if (codes.some((code) => !reasonCode.safeParse(code).success)) return () => t().reasonLists.badCode
  const taken = new Set(codes)
  if (taken.size < codes.length) return () => t().reasonLists.codeTwice
  return rows.map(({ text, code: own }) => {
    const code = own || codeFor(text, taken)
    taken.add(code)
    return { code, text }
  })
}
