import type { Clock } from './clock.ts'

/**
 * So many at once, then so many a second (GCRA). `next` says how many milliseconds this one has to wait for its turn;
 * `cost`: it counts as so many.
 */
export function createTokenBucket(
  { perSecond, burst }: { perSecond: number; burst: number },
  clock: Pick<Clock, 'now'>,
) {
  const each = 1000 / perSecond
  let free = 0
  return {
    next(cost = 1): number {
      const now = clock.now()
      free = Math.max(free, now) + each * cost
      return Math.max(0, free - now - burst * each)
    },
  }
}
