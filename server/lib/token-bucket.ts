import type { Clock } from './clock.ts'

/** A rate limit of `perSecond` that allows bursts of `burst` (GCRA, the generic cell rate algorithm). */
export class TokenBucket {
  readonly #rate: { perSecond: number; burst: number }
  readonly #clock: Pick<Clock, 'monotonic'>
  #theoreticalArrival = 0

  constructor(rate: { perSecond: number; burst: number }, clock: Pick<Clock, 'monotonic'>) {
    this.#rate = rate
    this.#clock = clock
  }

  /** Counts one event of the given cost and returns how many milliseconds it has to be delayed. */
  next(cost = 1): number {
    const interval = 1000 / this.#rate.perSecond
    const now = this.#clock.monotonic()
    this.#theoreticalArrival = Math.max(this.#theoreticalArrival, now) + interval * cost
    return Math.max(0, this.#theoreticalArrival - now - this.#rate.burst * interval)
  }
}
