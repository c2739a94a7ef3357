import type { Clock } from '../clock.ts'

/** So many at once, then so many a second (GCRA). `next` says how many milliseconds this one has to wait for its turn. */
export function createPace({ perSecond, burst }: { perSecond: number; burst: number }, clock: Pick<Clock, 'now'>) {
  const each = 1000 / perSecond
  let free = 0
  return {
    next(): number {
      const now = clock.now()
      free = Math.max(free, now) + each
      return Math.max(0, free - now - burst * each)
    },
  }
}
