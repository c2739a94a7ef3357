import type { Clock } from '../lib/clock.ts'

/** A fake clock: `advance` moves the time and runs the due timers in order; `set` sets it forward or back, as an operator does. */
export class StillClock implements Clock {
  #now = 0
  #offset = Date.parse('2026-03-02T08:00:00.000Z')
  readonly #due = new Set<{ at: number; run: () => void }>()
  #waiting: (() => void)[] = []

  now = () => this.#now + this.#offset

  monotonic = () => this.#now

  after = (ms: number, run: () => void) => {
    const timer = { at: this.#now + ms, run }
    this.#due.add(timer)
    for (const check of this.#waiting.splice(0)) check()
    return () => void this.#due.delete(timer)
  }

  /** Resolves when a timer is set that is due within `ms`. */
  async waitedFor(ms: number): Promise<void> {
    while (![...this.#due].some(({ at }) => at <= this.#now + ms)) {
      await new Promise<void>((resolve) => void this.#waiting.push(resolve))
    }
  }

  set = (ms: number) => {
    this.#offset += ms
  }

  advance = (ms: number) => {
    const until = this.#now + ms
    for (;;) {
      const [next] = [...this.#due].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
      if (!next) break
      this.#due.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.run()
    }
    this.#now = until
  }
}
