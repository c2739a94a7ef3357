import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { config, within } from '../config.ts'
import type { Counters } from '../counters.ts'
import type { Retry } from './retry.ts'
import type { Session } from './session.ts'

export interface SkillsOptions {
  session: Session
  vendorIds: readonly string[]
  random: Random
  counters: Pick<Counters, 'skillChanges'>
  retry: Retry
  isFinishing(): boolean
}

/** Gives vendors skills and takes them away while orders that need them are offered. The first three keep theirs. */
export function createSkills({ session, vendorIds, random, counters, retry, isFinishing }: SkillsOptions) {
  const others = vendorIds.slice(3)
  const choices = [[], ['gas'], ['height'], ['gas', 'height']]

  return async () => {
    while (!isFinishing()) {
      await sleep(within(random, config.actors.skillsEvery))
      if (isFinishing()) return
      const request = { method: 'PATCH', body: { skills: random.pick(choices) } } as const
      const id = random.pick(others)
      const outcome = await retry.untilDefinite(() => session.request(`/users/${id}`, request))
      if (outcome?.done) counters.skillChanges++
    }
  }
}
