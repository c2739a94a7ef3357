import { batch, signal } from '@preact/signals'

export interface Notice {
  id: number
  /** `done`, `waiting` to be, a `problem`, or `changed` by another person. */
  tone: 'done' | 'waiting' | 'problem' | 'changed'
  text: string
  /** A button in the notice. */
  action?: NoticeAction
}

export interface NoticeAction {
  label: string
  run(): void
}

/** Short messages about what has just happened, shown at the edge of the screen and announced to screen readers. */
export const notices = signal<readonly Notice[]>([])

const timers = new Map<number, ReturnType<typeof setTimeout>>()
let next = 1

export function showNotice(text: string, tone: Notice['tone'] = 'done', action?: NoticeAction): void {
  const id = next++
  batch(() => {
    // Two at most: a quick second action does not replace the notice of the first.
    const kept = notices.value.findLast((notice) => notice.text !== text)
    for (const notice of notices.value) if (notice !== kept) dismissNotice(notice.id)
    notices.value = [...notices.value, { id, tone, text, ...(action && { action }) }]
  })
  const duration = action ? 20_000 : tone === 'problem' || tone === 'changed' ? 10_000 : 5_000
  timers.set(
    id,
    setTimeout(() => dismissNotice(id), duration),
  )
}

export function dismissNotice(id: number): void {
  clearTimeout(timers.get(id))
  timers.delete(id)
  notices.value = notices.value.filter((notice) => notice.id !== id)
}
