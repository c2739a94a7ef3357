import type { Clock } from '../lib/clock.ts'
import { logLevelOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { createPauses } from '../lib/pauses.ts'
import type { OrderListQuery, OrderRecord, Store } from '../storage/store.ts'

/** Stored before the first pass, so that a crash does not lose the change. `at`: when it was requested. */
interface Mark {
  id: string
  at: string
}

/** Calls `change` for the orders of the query that `isOutdated` finds, in batches. False when this node stops meanwhile. */
export type EachOrder = (
  query: Omit<OrderListQuery, 'after' | 'limit'>,
  isOutdated: (order: OrderRecord) => boolean,
  change: (order: OrderRecord) => Promise<void>,
) => Promise<boolean>

export interface OrderPassesDependencies<Marked extends Mark> {
  store: Pick<Store, 'orders'>
  marks: { all(): Promise<Marked[]>; remove(id: string): Promise<void> }
  /** May run again, also beside itself on another node. False when this node stops meanwhile. */
  pass(mark: Marked, eachOrder: EachOrder): Promise<boolean>
  /** Logged with the error when a pass fails. */
  failure: string
  clock: Clock
  log: Pick<Log, 'error' | 'debug'>
}

const pageSize = 200

/** How many orders are changed at once, and the pause before the next ones, in ms: every change goes to many receivers. */
const batchSize = 25
const betweenBatches = 100

/** From the first pass to the second, in ms: most requests that had read the old state have stored their order by then. */
const repeatAfter = 1_000

/**
 * Longer than any request takes from reading to storing an order with what it read, and than the clocks of nodes differ,
 * in ms. Only a pass that begins later is the last one.
 */
export const settledAfter = 120_000

/**
 * Changes that many orders follow. A request that read the state before may store an order after the first pass, and
 * reading the state again with every order would cost more than further passes: they are repeated at growing intervals,
 * by the sweep of any node.
 */
export function createOrderPasses<Marked extends Mark>(dependencies: OrderPassesDependencies<Marked>) {
  const { store, marks, pass, failure, clock, log } = dependencies
  /** The age of each mark at the beginning of this node's last pass, in ms. */
  const lastPass = new Map<string, number>()
  const running = new Set<Promise<void>>()
  const { pause, endPauses } = createPauses(clock)
  let stopped = false

  const ageOf = ({ at }: Mark) => clock.now() - Date.parse(at)

  const eachOrder: EachOrder = async (query, isOutdated, change) => {
    let after: OrderRecord | undefined
    do {
      const page = await store.orders.list({ ...query, limit: pageSize, after })
      const outdated = page.filter(isOutdated)
      for (let n = 0; n < outdated.length; n += batchSize) {
        if (stopped) return false
        await Promise.all(outdated.slice(n, n + batchSize).map(change))
        if (outdated.length > batchSize && !stopped) await pause(betweenBatches)
      }
      after = page.at(-1)
      // The embedded database reads without giving way to other work.
      await new Promise(setImmediate)
    } while (after && !stopped)
    return !stopped
  }

  async function run(mark: Marked): Promise<boolean> {
    lastPass.set(mark.id, ageOf(mark))
    return pass(mark, eachOrder)
  }

  return {
    /** Makes the first two passes, in the background. What fails, the sweep repeats. */
    begin(mark: Marked): void {
      if (stopped) return
      const work = run(mark)
        .then(() => (stopped ? undefined : pause(repeatAfter)))
        .then(() => (stopped ? true : run(mark)))
        .catch((error: unknown) => log[logLevelOf(error)]({ error }, failure))
        .then(() => void running.delete(work))
      running.add(work)
    },

    /** Repeats passes that are due, and removes the marks of those that have settled. */
    async sweep(): Promise<void> {
      const all = await marks.all()
      for (const id of lastPass.keys()) if (!all.some((mark) => mark.id === id)) lastPass.delete(id)
      for (const mark of all) {
        const [age, last] = [ageOf(mark), lastPass.get(mark.id)]
        if (last !== undefined && age < Math.min(2 * last, settledAfter)) continue
        if ((await run(mark)) && age >= settledAfter) await marks.remove(mark.id)
      }
    },

    /** Ends what runs here; the next start goes on with it. */
    async stop(): Promise<void> {
      stopped = true
      endPauses()
      await Promise.all(running)
    },
  }
}
