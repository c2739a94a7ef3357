import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../server/system-tests/lib/numbers.ts'
import type { ClockFile } from './clock-file.ts'
import { config, within, type ActiveFaults } from './config.ts'
import type { Counters } from './counters.ts'

export interface ClockStepsOptions {
  clocks: readonly ClockFile[]
  random: Random
  faults: ActiveFaults
  counters: Pick<Counters, 'clockForward' | 'clockBack'>
  /** From when on a clock that is far ahead is set back. */
  setBackFrom: number
}

/**
 * Steps the nodes' clocks while `faults.disruptive` is set. A clock is far ahead in between only: after it was set back,
 * the store's timestamps stand still until it has caught up, and then every answer to `since` contains all changes, which
 * would hide one that is missed.
 */
export async function stepClocks({ clocks, random, faults, counters, setBackFrom }: ClockStepsOptions) {
  const { stepEvery, small, near, large } = config.clock
  const ahead = new Map<ClockFile, number>()

  /** The next step of a clock, in ms. */
  function next(clock: ClockFile): number {
    const lead = ahead.get(clock)
    if (lead === undefined) {
      const first = within(random, large)
      ahead.set(clock, first)
      return first
    }
    if (lead > 0 && performance.now() > setBackFrom) {
      ahead.set(clock, 0)
      return -lead
    }
    const step = within(random, small)
    const offset = clock.offset() - lead
    const back = offset > near ? true : offset < -near ? false : random.chance(0.5)
    return back ? -step : step
  }

  while (faults.disruptive) {
    await sleep(within(random, stepEvery) / clocks.length)
    if (!faults.disruptive) return
    const clock = random.pick(clocks)
    const step = next(clock)
    counters[step < 0 ? 'clockBack' : 'clockForward']++
    clock.step(step)
  }
}
