import { isDeepStrictEqual } from 'node:util'
import type { Area, Candidate } from '#shared/areas.ts'
import { isOffered } from '#shared/order-status.ts'
import type { OrderOffer } from '#shared/offers.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import type { OfferedOrder, OfferRules } from '../../services/offering.ts'
import type { OrderRecord } from '../../storage/store.ts'
import { areasOf } from './areas-of.ts'
import type { Candidates } from './candidates.ts'
import { ableFor, demandsOf, lackingOf, worksThere, type Demands } from './demands.ts'
import type { createDispatchRules, DispatchRules } from './dispatch-rules.ts'
import { nextRound, withoutRounds } from './rounds.ts'

export interface OffersDependencies {
  rules: Pick<ReturnType<typeof createDispatchRules>, 'areUsed' | 'current'>
  candidates: Candidates
  clock: Pick<Clock, 'now'>
}

export type OffersService = ReturnType<typeof createOffersService>

/** Decides to whom orders are offered. Stores nothing. */
export function createOffersService({ rules, candidates, clock }: OffersDependencies) {
  async function decide(order: OfferedOrder, current: DispatchRules): Promise<OrderOffer | null> {
    const demands = demandsOf(order, current)
    const able = ableFor(demands, current)
    if (!demands.rounds) return able && withoutRounds(idsOf(able), order.declinedBy, clock.now())
    const queue = await queueFor(order, demands, current, able)
    return nextRound(queue, demands.rounds, order.declinedBy, null, clock.now())
  }

  const queueFor = (
    order: OfferedOrder,
    { rounds }: Demands,
    { vendors }: DispatchRules,
    able: readonly { id: string }[] | null,
  ) => candidates.sorted(able ?? vendors, rounds?.to ?? 'least_busy', order.contact, order.vendor?.id)

  const offerRules: OfferRules = {
    areUsed: rules.areUsed,

    async forNew(order) {
      const current = await rules.current()
      if (!current.areUsed) return null
      const demands = demandsOf(order, current)
      const able = ableFor(demands, current)
      if (able?.length === 0) throw noVendorAble(order, current)
      return decide(order, current)
    },

    async again(order) {
      const current = await rules.current()
      return current.areUsed ? decide(order, current) : null
    },

    async able(order) {
      const current = await rules.current()
      const able = current.areUsed ? ableFor(demandsOf(order, current), current) : null
      return able && idsOf(able)
    },
  }

  return {
    ...offerRules,

    /** Throws no_vendor_able. */
    async check(order: OfferedOrder): Promise<void> {
      if (rules.areUsed()) await offerRules.forNew(order)
    },

    /** The offer of the round that follows; null when the order is not offered in rounds any more. */
    async wider(order: OrderRecord): Promise<OrderOffer | null> {
      const current = await rules.current()
      const demands = demandsOf(order, current)
      if (!demands.rounds || !order.offer) return null
      const queue = await queueFor(order, demands, current, ableFor(demands, current))
      return nextRound(queue, demands.rounds, order.declinedBy, order.offer, clock.now())
    },

    /** The offer by the rules as they are now; null when it stays as it is. A round that runs goes on. */
    async revised(order: OrderRecord): Promise<OrderOffer | null> {
      const current = await rules.current()
      const { offer, declinedBy } = order
      const demands = demandsOf(order, current)
      const able = current.areUsed ? ableFor(demands, current) : null
      if (!demands.rounds) {
        if (!offer && !able) return null
        const next = withoutRounds(able && idsOf(able), declinedBy, clock.now())
        const isSame = offer?.round === 0 && isSameSet(offer.to, next.to)
        return isSame ? null : next
      }
      if (!offer || offer.round === 0) return decide(order, current)
      const queue = await queueFor(order, demands, current, able)
      const asked = offer.to ?? []
      const to = queue.filter((id) => offer.last || asked.includes(id))
      if (isSameSet(to, asked)) return null
      const isOpen = (id: string) => !declinedBy.includes(id)
      if (to.some(isOpen)) return { ...offer, to }
      return nextRound(queue, demands.rounds, declinedBy, { ...offer, to, round: 0 }, clock.now())
    },

    /** Every active vendor as a candidate for the order, in the order in which they would be offered it. */
    async candidatesFor(order: OrderRecord): Promise<Candidate[]> {
      const current = await rules.current()
      const demands = demandsOf(order, current)
      const { offer, declinedBy } = order
      const [queue, distances] = await Promise.all([
        queueFor(order, demands, current, null),
        candidates.distancesTo(order.contact, current.vendors),
      ])
      const found = queue.flatMap((id): Candidate[] => {
        const vendor = current.vendors.find((one) => one.id === id)
        if (!vendor) return []
        const declined = declinedBy.includes(id)
        return [
          {
            id,
            name: vendor.name,
            lacks: lackingOf(demands, vendor),
            works: worksThere(demands, vendor),
            distance: distances.get(id) ?? null,
            offered: isOffered(order.status) && !declined && (offer?.to?.includes(id) ?? true),
            declined,
          },
        ]
      })
      const isAble = ({ lacks, works }: Candidate) => lacks.length === 0 && works
      return [...found.filter(isAble), ...found.filter((one) => !isAble(one))]
    },
  }
}

const idsOf = (vendors: readonly { id: string }[]) => vendors.map(({ id }) => id)

function isSameSet(one: readonly string[] | null, other: readonly string[] | null): boolean {
  return isDeepStrictEqual(one?.toSorted() ?? null, other?.toSorted() ?? null)
}

/**
 * Names what no single vendor has. `inParts`: each service has its vendors, so they can be ordered apart; otherwise `services`
 * are those that none can do.
 */
function noVendorAble(order: OfferedOrder, rules: DispatchRules): DomainError {
  const demandsOfItems = (items: OfferedOrder['items']) => demandsOf({ ...order, items }, rules)
  const hasSkilledVendor = (items: OfferedOrder['items']) => {
    const demands = demandsOfItems(items)
    return rules.vendors.some((vendor) => lackingOf(demands, vendor).length === 0)
  }
  const servicesWithSkills = (items: OfferedOrder['items']) => {
    const demanding = items.flatMap(({ serviceId }) => {
      const service = rules.services.get(serviceId)
      return service?.skills.length ? [[serviceId, { serviceId, name: service.name }] as const] : []
    })
    return [...new Map(demanding).values()]
  }
  if (hasSkilledVendor(order.items)) {
    const areas: Pick<Area, 'name'>[] = areasOf(order.contact, rules.areas)
    const area = areas.map(({ name }) => name).join(', ')
    return new DomainError('no_vendor_able', `No vendor who can do it works there: ${area}.`, {
      services: servicesWithSkills(order.items),
      skills: [],
      area,
      inParts: false,
    })
  }
  const impossible = order.items.filter((item) => !hasSkilledVendor([item]))
  const inParts = impossible.length === 0
  const items = inParts ? order.items : impossible
  const { skills } = demandsOfItems(items)
  const text = inParts ? 'No single vendor can do all of this' : 'No vendor can do this for now'
  return new DomainError('no_vendor_able', `${text}: ${skills.join(', ')}.`, {
    services: servicesWithSkills(items),
    skills,
    area: null,
    inParts,
  })
}

/** When the round of the order ends; null when it has none, or the last one. */
export function roundEndOf({ status, offer, declinedBy, updatedAt }: OrderRecord): string | null {
  if (!offer || offer.round === 0 || offer.last || !isOffered(status)) return null
  const isAnswered = offer.to?.every((id) => declinedBy.includes(id)) ?? false
  return isAnswered ? updatedAt : (offer.until ?? isoTime(0))
}
