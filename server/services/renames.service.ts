import type { Actor } from '#shared/actors.ts'
import { isFinal, openStatuses } from '#shared/order-status.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import { newId } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import type { OrderRecord, RenameRecord, Store } from '../storage/store.ts'
import type { EventBus } from './domain-events.ts'
import { hasOldName, rename } from './order-changes.ts'
import { createOrderPasses, type EachOrder } from './order-passes.ts'

export interface RenamesDependencies {
  store: Pick<Store, 'orders' | 'users' | 'services' | 'renames'>
  events: Pick<EventBus, 'emit'>
  clock: Clock
  log: Pick<Log, 'error' | 'debug'>
}

export type RenamesService = ReturnType<typeof createRenamesService>

/** Who or what gets which name. */
export type NewName = Pick<RenameRecord, 'kind' | 'subjectId' | 'name'>

/**
 * Open orders follow a new name of their customer, their vendor or a service; ended ones keep the name of their time.
 *
 * The rename is stored before the name is changed, so a crash loses neither: a rename whose name was not changed has no
 * effect. Then passes over the open orders change those that show another name, each by a write on the condition of its
 * version, and are repeated (order-passes.ts).
 *
 * A pass has an effect only while its name is the current one. An order is read before that, so of two renames at once
 * the last name stays.
 */
export function createRenamesService({ store, events, clock, log }: RenamesDependencies) {
  const now = () => isoTime(clock.now())
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

  const passes = createOrderPasses<RenameRecord>({
    store,
    marks: store.renames,
    async pass(record, eachOrder) {
      if (!(await isCurrent(record))) return true
      const query: Parameters<EachOrder>[0] = {
        scope: { kind: 'all' },
        statuses: openStatuses,
        ...(record.kind === 'customer' && { customerId: record.subjectId }),
        ...(record.kind === 'vendor' && { vendorId: record.subjectId }),
      }
      return eachOrder(
        query,
        (order) => hasOldName(order, renamedBy(record)),
        (order) => renameIn(order, record),
      )
    },
    failure: 'open orders could not be renamed',
    clock,
    log,
  })

  const renamedBy = ({ kind, subjectId: id, name: to }: RenameRecord) => ({ kind, id, to })

  return {
    /** Makes `change`, which sets the name, and lets the open orders follow. */
    async follow<Result>(newName: NewName, actor: Actor, change: () => Promise<Result>): Promise<Result> {
      const by = { id: actor.id, name: actor.name, role: actor.role }
      const record = { id: newId(), ...newName, by, at: now() }
      await store.renames.create(record)
      const result = await change()
      passes.begin(record)
      return result
    },

    sweep: passes.sweep,
    stop: passes.stop,
  }
}
