import { effect } from '@preact/signals'
import type { Live } from '../sync/live.ts'

/**
 * What happens to the page tells the live connection when to look for itself: the tab or the network is back, a minute
 * has passed, or the network has gone and nobody need wait for a time-out to say so. Returns how to end.
 */
export function followPage(live: Live): () => void {
  const listening = new AbortController()
  const { signal } = listening
  const wake = () => void (document.hidden || live.wake())
  addEventListener('online', wake, { signal })
  addEventListener('offline', () => live.drop(), { signal })
  document.addEventListener('visibilitychange', wake, { signal })
  const everyMinute = setInterval(wake, 60_000)
  const stopShowing = effect(() => void (document.documentElement.dataset.live = live.state.value.phase))
  return () => {
    listening.abort()
    clearInterval(everyMinute)
    stopShowing()
    delete document.documentElement.dataset.live
  }
}

/** Calls back after the frame in which what has just changed is painted; never for a page that nobody can see. */
export function afterPaint(painted: () => void): void {
  if (document.hidden) return
  requestAnimationFrame(() => void setTimeout(painted))
}
