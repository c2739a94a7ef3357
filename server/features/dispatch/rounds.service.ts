import { createHash } from 'node:crypto'
import { nextVersion } from '#shared/apply-transition.ts'
import { isOffered, offeredStatuses } from '#shared/order-status.ts'
import type { OrderOffer } from '#shared/offers.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { decisiveFields } from '../../services/offering.ts'
import { presentOffer } from '../../services/presenters.ts'
import { serverActor } from '../../services/server-actor.ts'
import { DuplicateError, type OrderRecord } from '../../storage/store.ts'
import type { RecordCollection } from '../../storage/records.ts'
import type { Core } from '../feature.ts'
import type { RoundRecord } from './area-records.ts'
import { validFor, type createDispatchRules } from './dispatch-rules.ts'
import { roundEndOf, type OffersService } from './offers.service.ts'

export interface RoundsDependencies {
  store: { orders: Pick<Core['store']['orders'], 'byId' | 'list' | 'replace'>; keyValue: Core['store']['keyValue'] }
  rounds: Pick<RecordCollection<RoundRecord, 'byTime'>, 'get' | 'create' | 'change' | 'delete' | 'list'>
  rules: Pick<ReturnType<typeof createDispatchRules>, 'areUsed' | 'current'>
  offers: OffersService
  events: Pick<Core['events'], 'emit'>
  isLeader: () => boolean
  clock: Clock
}

const pageSize = 200
/** In the key-value store: the hash of the rules by which all offered orders were revised last. */
const revisedKey = 'dispatch-rules'
const hashOf = (text: string) => (text === '' ? '' : createHash('sha256').update(text).digest('base64url'))

/**
 * Moves offers on: to the next round when a round ends, and to others when the rules or the order change. Each move is one
 * version of the order, written on the condition of the version before, so of several nodes one moves it, and a claim at the
 * same moment wins or loses whole.
 */
export function createRoundsService(dependencies: RoundsDependencies) {
  const { store, rounds, rules, offers, events, isLeader, clock } = dependencies
  /** The hash of the rules by which this node has revised all orders; null: not since it is the leader. */
  let revised: string | null = null
  /** When they are revised once more: until then another node may have used the rules before. */
  let reviseAgainAt: number | null = null

  /** Stores when the round ends. */
  async function follow(order: OrderRecord): Promise<void> {
    for (;;) {
      const known = await rounds.get(order.id)
      if (known && known.version >= order.version) return
      const dueAt = roundEndOf(order)
      const { id: orderId, version } = order
      if (dueAt === null) {
        if (!known || (await rounds.delete(orderId, { version: known.version }))) return
      } else if (known) {
        if (await rounds.change(orderId, { version, dueAt }, { version: known.version })) return
      } else if (await created({ orderId, version, dueAt })) return
    }
  }

  async function created(record: RoundRecord): Promise<boolean> {
    try {
      await rounds.create(record)
      return true
    } catch (error) {
      if (error instanceof DuplicateError) return false
      throw error
    }
  }

  /** Makes the offer that `decide` finds for the order as it is now; none when that is null. */
  async function move(found: OrderRecord, decide: (order: OrderRecord) => Promise<OrderOffer | null>): Promise<void> {
    for (let order: OrderRecord | null = found; order && isOffered(order.status);) {
      const offer = await decide(order)
      if (!offer) return
      const { status, vendor } = order
      const change = { status, vendor, offer, offered: presentOffer(offer), note: null }
      const next = nextVersion(order, change, serverActor, isoTime(clock.now()))
      const replaced = await store.orders.replace(next, order.version)
      if (replaced) return events.emit('order.changed', { order: next, published: replaced.published })
      order = await store.orders.byId(order.id)
    }
  }

  const isDue = (order: OrderRecord) => {
    const end = roundEndOf(order)
    return end !== null && end <= isoTime(clock.now())
  }

  async function moveDue(): Promise<void> {
    for (;;) {
      const due = (await rounds.list({ index: 'byTime', limit: pageSize })).filter(
        ({ dueAt }) => dueAt <= isoTime(clock.now()),
      )
      for (const record of due) {
        const order = await store.orders.byId(record.orderId)
        if (order) await move(order, async (current) => (isDue(current) ? widerOrFixed(current) : null))
        // The move's own record follows with its publication; it may be there already.
        await rounds.delete(record.orderId, { version: record.version })
        const current = order && (await store.orders.byId(order.id))
        if (current) await follow(current)
      }
      if (due.length < pageSize) return
    }
  }

  /** Rounds that the rules no longer have end as the rules say. */
  const widerOrFixed = async (order: OrderRecord) => (await offers.wider(order)) ?? (await offers.revised(order))

  async function reviseAll(): Promise<void> {
    let after: OrderRecord | undefined
    do {
      const page = await store.orders.list({
        scope: { kind: 'all' },
        statuses: offeredStatuses,
        after,
        limit: pageSize,
      })
      for (const order of page) {
        await move(order, offers.revised)
        await follow(order)
      }
      after = page.at(-1)
      await new Promise(setImmediate)
    } while (after)
  }

  async function reviseWhenChanged(): Promise<void> {
    const hash = hashOf((await rules.current()).text)
    const now = clock.monotonic()
    const isAgain = reviseAgainAt !== null && now >= reviseAgainAt
    revised ??= (await store.keyValue.get(revisedKey)) ?? ''
    if (hash === revised && !isAgain) return
    await reviseAll()
    if (hash === revised) {
      reviseAgainAt = null
      await store.keyValue.put(revisedKey, hash)
    } else reviseAgainAt = now + 2 * validFor
    revised = hash
  }

  return {
    /** Runs with every change of an order. `published`: the newest version for which it ran. */
    async orderChanged(order: OrderRecord, published: number): Promise<void> {
      if (!order.offer && !rules.areUsed()) return
      if (order.offer) await follow(order)
      const news = order.history.slice(Math.max(published, 1))
      const isDecided = news.some(({ changed }) => changed?.some(({ field }) => decisiveFields.includes(field)))
      if (isDecided && isOffered(order.status)) await move(order, offers.revised)
    },

    async sweep(): Promise<void> {
      if (!isLeader()) {
        await rules.current()
        revised = null
        return
      }
      await reviseWhenChanged()
      if (rules.areUsed()) await moveDue()
    },

    /** Removes what is kept of orders that have left the database. */
    async removed(orders: readonly { id: string }[]): Promise<void> {
      for (const { id } of orders) await rounds.delete(id)
    },
  }
}
