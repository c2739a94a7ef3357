import { signal } from '@preact/signals'

export interface Notice {
  id: number
  /** `done`, `waiting` to be, a `problem`, or `changed` by another person. */
  tone: 'done' | 'waiting' | 'problem' | 'changed'
  text: string
}

/** Short messages about what has just happened, shown at the edge of the screen and announced to screen readers. */
export const notices = signal<readonly Notice[]>([])

let next = 1

export function showNotice(text: string, tone: Notice['tone'] = 'done'): void {
  const id = next++
  // Two at most: a quick second action does not replace the notice of the first.
  const others = notices.value.filter((notice) => notice.text !== text)
  notices.value = [...others, { id, tone, text }].slice(-2)
  setTimeout(() => dismissNotice(id), tone === 'problem' || tone === 'changed' ? 10_000 : 5_000)
}

export function dismissNotice(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id)
}
