import { effect } from '@preact/signals'
import type { Live } from '../sync/live.ts'

/**
 * Wakes the live connection when the tab or the network is back and every minute; closes it when the network is lost, without
 * waiting for a time-out. Returns the function that stops it.
 */
export function followPage(live: Live): () => void {
  const listeners = new AbortController()
  const { signal } = listeners
  const wake = () => void (document.hidden || live.wake())
  addEventListener('online', wake, { signal })
  addEventListener('offline', () => live.drop(), { signal })
  document.addEventListener('visibilitychange', wake, { signal })
  const everyMinute = setInterval(wake, 60_000)
  const stopShowing = effect(() => void (document.documentElement.dataset.live = live.state.value.phase))
  return () => {
    listeners.abort()
    clearInterval(everyMinute)
    stopShowing()
    delete document.documentElement.dataset.live
  }
}

/** Calls back after the frame that paints the current state; not while the page is hidden. */
export function afterPaint(painted: () => void): void {
  if (document.hidden) return
  requestAnimationFrame(() => void setTimeout(painted))
}
