import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { config, within } from '../config.ts'
import type { Counters } from '../counters.ts'
import type { Retry } from './retry.ts'
import { once } from './send.ts'
import type { Session } from './session.ts'

export interface PricingOptions {
  session: Session
  serviceIds: readonly string[]
  random: Random
  counters: Pick<Counters, 'priceChanges' | 'withdrawals'>
  retry: Retry
  isFinishing(): boolean
}

/** Changes prices, withdraws services and offers them again, while customers order them. The first one stays offered. */
export function createPricing({ session, serviceIds, random, counters, retry, isFinishing }: PricingOptions) {
  const { priceEvery, withdrawal, prices } = config.actors
  const [, ...others] = serviceIds

  async function change(id: string, body: object): Promise<boolean> {
    const request = { method: 'PATCH', body, headers: once } as const
    return (await retry.untilDefinite(() => session.request(`/services/${id}`, request)))?.done ?? false
  }

  return async () => {
    while (!isFinishing()) {
      await sleep(within(random, priceEvery))
      if (isFinishing()) return
      if (random.chance(withdrawal)) {
        const active = random.chance(0.5)
        if ((await change(random.pick(others), { active })) && !active) counters.withdrawals++
      } else if (await change(random.pick(serviceIds), { price: within(random, prices) * 100 })) counters.priceChanges++
    }
  }
}
