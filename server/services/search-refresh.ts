import { searchDefinition } from '#shared/search.ts'
import type { Clock } from '../lib/clock.ts'
import { logLevelOf } from '../lib/errors.ts'
import { createPauses } from '../lib/pauses.ts'
import { z } from '../lib/zod.ts'
import type { KeyValueStore, OrderStore } from '../storage/store.ts'

export interface SearchRefreshDependencies {
  store: { orders: Pick<OrderStore, 'refreshSearchTokens'>; keyValue: Pick<KeyValueStore, 'get' | 'put'> }
  clock: Clock
  log: Record<'info' | 'error' | 'debug', (fields: object, text: string) => void>
}

/** The name of the record of how far the orders have been brought to which definition. `after`: null when all have. */
export const progressName = 'search-tokens'
const Progress = z.object({ definition: z.number(), after: z.nullable(z.string()) })

/** How many orders are brought up to date at once, which other writes wait for, and the pause after them, in ms. */
const batchSize = 100
const betweenBatches = 20

/** From a failure to the next attempt, in ms. */
const retryAfter = 10_000

/**
 * Orders that an earlier version has stored are found by its definition of a match until their search tokens are made
 * anew. This happens once per definition, beside all other work. The progress is stored after each batch, so a later
 * start, or another node, goes on with it; a batch that is repeated changes nothing.
 */
export function createSearchRefresh({ store, clock, log }: SearchRefreshDependencies) {
  let stopped = true
  let running = Promise.resolve()
  const { pause, endPauses } = createPauses(clock)

  async function progress() {
    const text = await store.keyValue.get(progressName)
    return text === null ? { definition: 0, after: null } : Progress.parse(JSON.parse(text))
  }
  const setProgress = (after: string | null) =>
    store.keyValue.put(progressName, JSON.stringify({ definition: searchDefinition, after }))

  async function refresh(): Promise<void> {
    const { definition, after } = await progress()
    if (definition > searchDefinition || (definition === searchDefinition && after === null)) return
    const startedAt = clock.now()
    let position = (definition === searchDefinition && after) || ''
    for (let any = false; !stopped; any = true) {
      const last = await store.orders.refreshSearchTokens(position, batchSize)
      await setProgress(last)
      if (last === null) {
        const seconds = Math.round((clock.now() - startedAt) / 1000)
        if (any)
          log.info({ definition: searchDefinition, seconds }, 'every order has the search tokens of this version')
        return
      }
      if (!any)
        log.info({ definition: searchDefinition, after: position }, 'orders get the search tokens of this version')
      position = last
      if (!stopped) await pause(betweenBatches)
    }
  }

  async function run(): Promise<void> {
    while (!stopped)
      try {
        return await refresh()
      } catch (error) {
        log[logLevelOf(error)]({ error }, 'orders do not have the search tokens of this version yet')
        if (!stopped) await pause(retryAfter)
      }
  }

  return {
    start(): void {
      if (!stopped) return
      stopped = false
      running = running.then(run)
    },
    async stop(): Promise<void> {
      stopped = true
      endPauses()
      await running
    },
  }
}
