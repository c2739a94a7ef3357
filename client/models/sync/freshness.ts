import { computed, signal } from '@preact/signals'

export interface FreshnessDependencies {
  /** Milliseconds by the server's clock. */
  now(): number
  /** Calls back once what has just changed is on the screen; not at all when nobody can see it. */
  afterPaint(painted: () => void): void
}

export type Freshness = ReturnType<typeof createFreshness>

/** How many changes are remembered. */
const most = 100

/** How long it takes from a change at the server to this screen: measured for every change that arrives live. */
export function createFreshness({ now, afterPaint }: FreshnessDependencies) {
  const samples = signal<readonly number[]>([])

  return {
    /** A change of this time (ISO 8601) has just been taken in. */
    observe(changedAt: string): void {
      afterPaint(() => {
        samples.value = [...samples.peek(), Math.max(0, now() - Date.parse(changedAt))].slice(-most)
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
