/** What mqtt.js takes as its timer. */
export interface KeepAliveTimer {
  set(work: () => void, every: number): number
  clear(id: number): void
}

/** The worker, as this file speaks to it. */
interface Clock {
  tell(message: { id: number; every: number | null }): void
  onTick(listen: (id: number) => void): void
}

/**
 * Timers in a worker. After five minutes in the background a browser wakes a page once a minute at most, and a ping that
 * should come every half minute comes after two: the server takes the client for dead. A worker of our own origin is
 * what the Content-Security-Policy allows; mqtt.js's own would come from a blob.
 */
export function createKeepAliveTimer(clock: Clock): KeepAliveTimer {
  const works = new Map<number, () => void>()
  let ids = 0
  clock.onTick((id) => works.get(id)?.())
  return {
    set(work, every) {
      const id = ++ids
      works.set(id, work)
      clock.tell({ id, every })
      return id
    },
    clear(id) {
      works.delete(id)
      clock.tell({ id, every: null })
    },
  }
}

let shared: KeepAliveTimer | null = null

/** One worker for the page; its own timers where there are no workers. */
export function keepAliveTimer(): KeepAliveTimer | 'native' {
  if (typeof Worker === 'undefined') return 'native'
  shared ??= createKeepAliveTimer(startWorker())
  return shared
}

function startWorker(): Clock {
  const worker = new Worker(new URL('./keep-alive.worker.ts', import.meta.url), { type: 'module' })
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none, a window does
    tell: (message) => worker.postMessage(message),
    onTick: (listen) => worker.addEventListener('message', ({ data }: MessageEvent<number>) => listen(data)),
  }
}
