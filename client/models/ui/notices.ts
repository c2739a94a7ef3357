import { signal } from '@preact/signals'

export interface Notice {
  id: number
  /** `done`, `waiting` to be, or a `problem`. */
  tone: 'done' | 'waiting' | 'problem'
  text: string
}

/** Short messages at the edge of the screen: what has just happened. Read out, never in the way, never a modal. */
export const notices = signal<readonly Notice[]>([])

let next = 1

export function showNotice(text: string, tone: Notice['tone'] = 'done'): void {
  const id = next++
  // One at a time is read; two are kept, so that a quick second action does not swallow the first answer.
  const others = notices.value.filter((notice) => notice.text !== text)
  notices.value = [...others, { id, tone, text }].slice(-2)
  setTimeout(() => dismissNotice(id), tone === 'problem' ? 10_000 : 5_000)
}

export function dismissNotice(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id)
}
