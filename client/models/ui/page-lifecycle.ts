import { effect, untracked } from '@preact/signals'
import type { Live } from '../sync/live.ts'
import { t } from '../../i18n/index.ts'
import { dismissNotice, notices } from './notices.ts'

/**
 * Wakes the live connection when the tab or the network is back and every minute, and tells it when the page is hidden;
 * closes it when the network is lost, without waiting for a time-out. Returns the function that stops it.
 */
export function followPage(live: Pick<Live, 'state' | 'wake' | 'drop' | 'show'>): () => void {
  const listeners = new AbortController()
  const { signal } = listeners
  const wake = () => void (document.hidden || live.wake())
  const show = () => void live.show(!document.hidden)
  addEventListener('online', wake, { signal })
  addEventListener('offline', () => live.drop(), { signal })
  document.addEventListener('visibilitychange', show, { signal })
  if (document.hidden) show()
  const everyMinute = setInterval(wake, 60_000)
  const stopShowing = effect(() => {
    const { phase } = live.state.value
    document.documentElement.dataset.live = phase
    if (phase === 'live') untracked(dismissOffline)
  })
  return () => {
    listeners.abort()
    clearInterval(everyMinute)
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
