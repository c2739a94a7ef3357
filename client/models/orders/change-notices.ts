import { effect } from '@preact/signals'
import { showNotice } from '../ui/notices.ts'
import type { Workspace } from '../workspace.ts'

export interface ChangeNoticesDependencies {
  live: Pick<Workspace['live'], 'state'>
  /** The notice of one changed order; null: it needs none. */
  textOf(id: string): string | null
  /** One notice for several changed orders. */
  manyChanged(count: number): string
  /** Called once for all changes that are told together. */
  told?(ids: readonly string[]): void
  notify?: typeof showNotice
  setTimer?: (work: () => void, milliseconds: number) => unknown
}

/** What changes within this time, in ms, is said together: orders that are read one by one at the start. */
const delay = 200

/**
 * Says which orders another person has changed. What was missed is said in one notice once the page is up to date, and
 * what arrives together is said together. The model that creates it ends its effects.
 */
export function createChangeNotices({
  live,
  textOf,
  manyChanged,
  told = () => {},
  notify = showNotice,
  setTimer = setTimeout,
}: ChangeNoticesDependencies): (id: string) => void {
  const changed = new Set<string>()
  let waiting = false
  let stopped = false

  function tellSoon() {
    if (waiting || changed.size === 0) return
    waiting = true
    setTimer(tell, delay)
  }

  function tell() {
    waiting = false
    if (stopped || live.state.peek().phase !== 'live') return
    const texts = [...changed].flatMap((id): [string, string][] => {
      const text = textOf(id)
      return text === null ? [] : [[id, text]]
    })
    changed.clear()
    const [first] = texts
    if (!first) return
    notify(texts.length === 1 ? first[1] : manyChanged(texts.length), 'changed')
    told(texts.map(([id]) => id))
  }

  effect(() => {
    if (live.state.value.phase === 'live') tellSoon()
  })
  effect(() => () => void (stopped = true))

  return (id) => {
    changed.add(id)
    tellSoon()
  }
}
