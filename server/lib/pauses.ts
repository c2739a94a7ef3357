import type { Clock } from './clock.ts'

/** Pauses of a task in the background, which end early when the task is to stop. */
export function createPauses(clock: Pick<Clock, 'after'>) {
  const ends = new Set<() => void>()
  return {
    /** Resolves after `ms`, or at `endPauses`. */
    pause: (ms: number): Promise<void> =>
      new Promise((resolve) => {
        const end = () => {
          cancel()
          ends.delete(end)
          resolve()
        }
        const cancel = clock.after(ms, end)
        ends.add(end)
      }),
    /** Ends the pauses that have begun; later ones are not affected. */
    endPauses(): void {
      for (const end of ends) end()
    },
  }
}
