import { effect, untracked } from '@preact/signals'
import type { Live } from '../../live/live.ts'
import { followPageEvents } from '../../live/page-events.ts'
import { t } from '../../i18n/index.ts'
import { dismissNotice, notices } from './notices.ts'

/** Follows the page (live/page-events.ts), and shows on it whether it is live. Returns the function that stops it. */
export function followPage(live: Pick<Live, 'state' | 'wake' | 'drop' | 'show'>): () => void {
  const stopFollowing = followPageEvents(live)
  const stopShowing = effect(() => {
    const { phase } = live.state.value
    document.documentElement.dataset.live = phase
    if (phase === 'live') untracked(dismissOffline)
  })
  return () => {
    stopFollowing()
    stopShowing()
    delete document.documentElement.dataset.live
  }
}

/** There is a connection again: removes the notices that say there is none. */
export function dismissOffline(): void {
  const { errors, notices: texts } = t()
  for (const { id, tone, text } of notices.peek())
    if (tone === 'waiting' || text === errors.offline || text === texts.statusUnsent) dismissNotice(id)
}

/** Calls back after the frame that paints the current state; not while the page is hidden. */
export function afterPaint(painted: () => void): void {
  if (document.hidden) return
  requestAnimationFrame(() => void setTimeout(painted))
}
