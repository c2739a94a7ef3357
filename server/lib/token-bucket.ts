import type { Clock } from './clock.ts'

/**
 * A rate limit of `perSecond` that allows bursts of `burst` (GCRA, the generic cell rate algorithm). `next` counts one
 * event of the given cost and returns how many milliseconds it has to be delayed.
 */
export function createTokenBucket(
  { perSecond, burst }: { perSecond: number; burst: number },
  clock: Pick<Clock, 'monotonic'>,
) {
  const interval = 1000 / perSecond
  let theoreticalArrival = 0
  return {
    next(cost = 1): number {
      const now = clock.monotonic()
      theoreticalArrival = Math.max(theoreticalArrival, now) + interval * cost
      return Math.max(0, theoreticalArrival - now - burst * interval)
    },
  }
}
