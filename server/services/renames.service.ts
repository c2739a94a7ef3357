import type { Actor } from '#shared/actors.ts'
import { isFinal, openStatuses } from '#shared/order-status.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import { logLevelOf } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import { createPauses } from '../lib/pauses.ts'
import type { OrderListQuery, OrderRecord, RenameRecord, Store } from '../storage/store.ts'
import type { EventBus } from './domain-events.ts'
import { hasOldName, rename } from './order-changes.ts'

export interface RenamesDependencies {
  store: Pick<Store, 'orders' | 'users' | 'services' | 'renames'>
  events: Pick<EventBus, 'emit'>
  clock: Clock
  log: Pick<Log, 'error' | 'debug'>
}

export type RenamesService = ReturnType<typeof createRenamesService>

/** Who or what gets which name. */
export type NewName = Pick<RenameRecord, 'kind' | 'subjectId' | 'name'>

const pageSize = 200

/** How many orders are changed at once, and the pause before the next ones, in ms: every change goes to many receivers. */
const batchSize = 25
const betweenBatches = 100

/** From the first pass to the second, in ms: most requests that had read the old name have stored their order by then. */
const repeatAfter = 1_000

/**
 * Longer than any request takes from reading a name to storing an order with it, and than the clocks of nodes differ, in
 * ms. Only a pass that begins later ends a rename.
 */
const settledAfter = 120_000

/**
 * Open orders follow a new name of their customer, their vendor or a service; ended ones keep the name of their time.
 *
 * The rename is stored before the name is changed, so a crash loses neither: a rename whose name was not changed has no
 * effect. Then passes over the open orders change those that show another name, each by a write on the condition of its
 * version. A request that read the old name may store an order after the first pass, and reading every name again with
 * every order would cost more than further passes: they are repeated at growing intervals, by the sweep of any node.
 *
 * A pass has an effect only while its name is the current one. An order is read before that, so of two renames at once
 * the last name stays.
 */
export function createRenamesService({ store, events, clock, log }: RenamesDependencies) {
  const now = () => isoTime(clock.now())
  /** The age of each rename at the beginning of this node's last pass, in ms. */
  const lastPass = new Map<string, number>()
  const running = new Set<Promise<void>>()
  const { pause, endPauses } = createPauses(clock)
  let stopped = false

  async function isCurrent({ kind, subjectId, name }: RenameRecord): Promise<boolean> {
    const subject =
      kind === 'service' ? (await store.services.byIds([subjectId]))[0] : await store.users.byId(subjectId)
    return subject?.name === name
  }

  async function renameIn(found: OrderRecord, record: RenameRecord): Promise<void> {
    for (let order: OrderRecord | null = found; order && !isFinal(order.status);) {
      const next = rename(order, renamedBy(record), record.by, now())
      if (!next || !(await isCurrent(record))) return
      const replaced = await store.orders.replace(next, order.version)
      if (replaced) return events.emit('order.changed', { order: next, published: replaced.published })
      order = await store.orders.byId(order.id)
    }
  }

  /** Renames in every open order that shows another name. False when this node stops meanwhile. */
  async function pass(record: RenameRecord): Promise<boolean> {
    lastPass.set(record.id, ageOf(record))
    if (!(await isCurrent(record))) return true
    const query: Omit<OrderListQuery, 'after'> = {
      scope: { kind: 'all' },
      statuses: openStatuses,
      ...(record.kind === 'customer' && { customerId: record.subjectId }),
      ...(record.kind === 'vendor' && { vendorId: record.subjectId }),
      limit: pageSize,
    }
    let after: OrderRecord | undefined
    do {
      const page = await store.orders.list({ ...query, after })
      const outdated = page.filter((order) => hasOldName(order, renamedBy(record)))
      for (let n = 0; n < outdated.length; n += batchSize) {
        if (stopped) return false
        await Promise.all(outdated.slice(n, n + batchSize).map((order) => renameIn(order, record)))
        if (outdated.length > batchSize && !stopped) await pause(betweenBatches)
      }
      after = page.at(-1)
      // The embedded database reads without giving way to other work.
      await new Promise(setImmediate)
    } while (after && !stopped)
    return !stopped
  }

  const renamedBy = ({ kind, subjectId: id, name: to }: RenameRecord) => ({ kind, id, to })
  const ageOf = ({ at }: RenameRecord) => clock.now() - Date.parse(at)

  /** In the background. What fails, the sweep repeats. */
  function begin(record: RenameRecord): void {
    if (stopped) return
    const work = pass(record)
      .then(() => (stopped ? undefined : pause(repeatAfter)))
      .then(() => (stopped ? true : pass(record)))
      .catch((error: unknown) => log[logLevelOf(error)]({ error }, 'open orders could not be renamed'))
      .then(() => void running.delete(work))
    running.add(work)
  }

  return {
    /** Makes `change`, which sets the name, and lets the open orders follow. */
    async follow<Result>(newName: NewName, actor: Actor, change: () => Promise<Result>): Promise<Result> {
      const by = { id: actor.id, name: actor.name, role: actor.role }
      const record = { id: newId(), ...newName, by, at: now() }
      await store.renames.create(record)
      const result = await change()
      begin(record)
      return result
    },

    /** Repeats passes that are due, and ends the renames that have settled. */
    async sweep(): Promise<void> {
      const renames = await store.renames.all()
      for (const id of lastPass.keys()) if (!renames.some((record) => record.id === id)) lastPass.delete(id)
      for (const record of renames) {
        const [age, last] = [ageOf(record), lastPass.get(record.id)]
        if (last !== undefined && age < Math.min(2 * last, settledAfter)) continue
        if ((await pass(record)) && age >= settledAfter) await store.renames.remove(record.id)
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
