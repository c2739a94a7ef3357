import type { Clock } from '../lib/clock.ts'

/** A clock that stands still until it is told to go on, and then calls what is due, in the order in which it is. */
export class StillClock implements Clock {
  #now = Date.parse('2026-03-02T08:00:00.000Z')
  readonly #due = new Set<{ at: number; run: () => void }>()
  #watching: (() => void)[] = []

  now = () => this.#now

  after = (ms: number, run: () => void) => {
    const timer = { at: this.#now + ms, run }
    this.#due.add(timer)
    for (const look of this.#watching.splice(0)) look()
    return () => void this.#due.delete(timer)
  }

  /** Resolves when somebody waits for the clock to go on by no more than `ms`. */
  async waitedFor(ms: number): Promise<void> {
    while (![...this.#due].some(({ at }) => at <= this.#now + ms)) {
      await new Promise<void>((resolve) => void this.#watching.push(resolve))
    }
  }

  advance(ms: number) {
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
