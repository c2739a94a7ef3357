import type { Live } from './live.ts'

/**
 * Wakes the live connection when the tab or the network is back and every minute, and tells it when the page is hidden;
 * closes it when the network is lost, without waiting for a time-out. Returns the function that stops it.
 */
export function followPageEvents(live: Pick<Live, 'wake' | 'drop' | 'show'>): () => void {
  const listeners = new AbortController()
  const { signal } = listeners
  const wake = () => void (document.hidden || live.wake())
  const show = () => void live.show(!document.hidden)
  addEventListener('online', wake, { signal })
  addEventListener('offline', () => live.drop(), { signal })
  document.addEventListener('visibilitychange', show, { signal })
  if (document.hidden) show()
  const everyMinute = setInterval(wake, 60_000)
  return () => {
    listeners.abort()
    clearInterval(everyMinute)
  }
}
