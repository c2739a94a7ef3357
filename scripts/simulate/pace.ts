import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../server/system-tests/lib/numbers.ts'

export type Pace = ReturnType<typeof createPace>

/** The time of the simulation. `speed`: how many times as fast as people are. */
export function createPace(random: Random, speed: number, stopping: AbortSignal) {
  return {
    speed,
    stopping,
    /** Resolves when the simulation is stopping. */
    stopped: new Promise<void>((resolve) => stopping.addEventListener('abort', () => resolve(), { once: true })),
    /** Waits between so many seconds of the simulation; not at all once it is stopping. */
    async pause(from: number, to = from): Promise<void> {
      const seconds = from + random.next() * (to - from)
      await sleep((seconds * 1000) / speed, null, { signal: stopping }).catch(() => {})
    },
  }
}
