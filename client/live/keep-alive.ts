/** The timer interface of mqtt.js. */
export interface KeepAliveTimer {
  set(work: () => void, every: number): number
  clear(id: number): void
}

/** The worker that holds the intervals. */
interface TimerWorker {
  post(message: { id: number; every: number | null }): void
  onTick(listen: (id: number) => void): void
}

/**
 * Timers in a worker. Browsers throttle the timers of a background page to one a minute, so PINGREQs every 30 s would be
 * late and the broker would close the connection. The Content-Security-Policy allows a worker of our own origin, not the
 * blob of mqtt.js.
 */
export function createKeepAliveTimer(worker: TimerWorker): KeepAliveTimer {
  const callbacks = new Map<number, () => void>()
  let ids = 0
  worker.onTick((id) => callbacks.get(id)?.())
  return {
    set(work, every) {
      const id = ++ids
      callbacks.set(id, work)
      worker.post({ id, every })
      return id
    },
    clear(id) {
      callbacks.delete(id)
      worker.post({ id, every: null })
    },
  }
}

/** One worker for the page; native timers where a worker cannot be started. */
export function sharedKeepAliveTimer(startWorker: () => Worker): () => KeepAliveTimer | 'native' {
  let shared: KeepAliveTimer | 'native' | null = null
  return () => (shared ??= startTimer(startWorker))
}

function startTimer(startWorker: () => Worker): KeepAliveTimer | 'native' {
  if (typeof Worker === 'undefined') return 'native'
  try {
    const worker = startWorker()
    return createKeepAliveTimer({
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
      post: (message) => worker.postMessage(message),
      onTick: (listen) => worker.addEventListener('message', ({ data }: MessageEvent<number>) => listen(data)),
    })
  } catch {
    // The page's Content-Security-Policy allows no worker.
    return 'native'
  }
}
