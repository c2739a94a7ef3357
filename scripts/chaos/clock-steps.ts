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
  /** When the clocks, which are far ahead until then, are set back. */
  setBackFrom: number
}

/**
 * Steps the nodes' clocks while `faults.disruptive` is set: all at once by minutes, forward and later back, and one of them
 * by seconds in between. The clocks are set back late in the run: the store's timestamps then stand still until they have
 * caught up, and every answer to `since` contains all changes, which would hide one that is missed.
 */
export async function stepClocks({ clocks, random, faults, counters, setBackFrom }: ClockStepsOptions) {
  const { stepEvery, small, near, large } = config.clock
  // Clocks that differ by more than the lifetime of a token would refuse each other's.
  const share = 1 / clocks.length
  let lead = 0
  let wasSetBack = false

  function step(stepped: readonly ClockFile[], milliseconds: number) {
    counters[milliseconds < 0 ? 'clockBack' : 'clockForward']++
    for (const clock of stepped) clock.step(milliseconds)
  }

  function stepOne() {
    const clock = random.pick(clocks)
    const size = Math.round(within(random, small) * share)
    const offset = clock.offset() - lead
    const back = Math.abs(offset) > near * share ? offset > 0 : random.chance(0.5)
    step([clock], back ? -size : size)
  }

  while (faults.disruptive) {
    await sleep(within(random, stepEvery))
    if (!faults.disruptive) return
    if (lead === 0 && !wasSetBack) {
      lead = within(random, large)
      step(clocks, lead)
    } else if (!wasSetBack && performance.now() > setBackFrom) {
      step(clocks, -lead)
      lead = 0
      wasSetBack = true
    } else stepOne()
  }
}
