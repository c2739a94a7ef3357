import { computed, signal } from '@preact/signals'

export interface FreshnessDependencies {
  /** Milliseconds by the server's clock. */
  now(): number
  /** Calls back once the current state is painted; not at all while the page is hidden. */
  afterPaint(painted: () => void): void
}

export type Freshness = ReturnType<typeof createFreshness>

/** Only the newest samples count. */
const maxSamples = 100

/** Measures the time from each change at the server until it is painted here. */
export function createFreshness({ now, afterPaint }: FreshnessDependencies) {
  const samples = signal<readonly number[]>([])

  return {
    /** Records a change of this time (ISO 8601), just after it was applied. */
    observe(changedAt: string): void {
      afterPaint(() => {
        samples.value = [...samples.peek(), Math.max(0, now() - Date.parse(changedAt))].slice(-maxSamples)
      })
    },
    /** In ms, over the last 100; null before the first. */
    summary: computed(() => {
      const sorted = samples.value.toSorted((a, b) => a - b)
      const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
      return sorted.length > 0 ? { median: at(0.5), p95: at(0.95), count: sorted.length } : null
    }),
  }
}
