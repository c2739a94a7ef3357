import { isDeepStrictEqual } from 'node:util'
import type { Service } from '#shared/catalogue.ts'
import { isOffered } from '#shared/order-status.ts'
import type { AbilityRecord, OrderRecord, UserRecord } from '../../../server/storage/store.ts'
import { difference, type Difference } from './difference.ts'

export interface OfferReference {
  services: readonly Service[]
  users: readonly Pick<UserRecord, 'id' | 'role' | 'active'>[]
  abilities: readonly Pick<AbilityRecord, 'vendorId' | 'skills'>[]
  now: number
}

/** How long the end of a round may have passed, in ms: the servers' clocks differ by seconds. */
const patience = 15_000

/** Every open order is offered to vendors who can do it, to all of them in the end, and no round goes on for ever. */
export function checkOffers(orders: ReadonlyMap<string, OrderRecord>, reference: OfferReference): Difference[] {
  return [...orders.values()]
    .filter(({ status }) => isOffered(status))
    .flatMap((order) => {
      const wrong = wrongWith(order, reference)
      return wrong === null ? [] : [difference('offer')(`${order.id} (version ${order.version}) ${wrong}`)]
    })
}

function wrongWith(order: OrderRecord, { services, users, abilities, now }: OfferReference): string | null {
  const { items, offer, declinedBy } = order
  const ordered = items.map(({ serviceId }) => services.find(({ id }) => id === serviceId))
  const skills = ordered.flatMap((service) => service?.skills ?? [])
  const rule = ordered.map((service) => service?.offers).find((one) => one !== undefined)
  const rounds = rule && rule.to !== 'all' ? rule : null
  const vendors = users.filter(({ role, active }) => role === 'vendor' && active).map(({ id }) => id)
  const skillsOf = (id: string) => abilities.find(({ vendorId }) => vendorId === id)?.skills ?? []
  const able = vendors.filter((id) => skills.every((skill) => skillsOf(id).includes(skill))).toSorted()
  const to = offer?.to?.toSorted() ?? null
  if (!rounds) {
    const isRight = skills.length === 0 ? to === null : isDeepStrictEqual(to, able)
    return isRight ? null : `is offered to ${String(to)}, not to ${skills.length === 0 ? 'all' : String(able)}`
  }
  if (!offer || !to || offer.round === 0) return 'is not offered in rounds'
  if (to.some((id) => !able.includes(id))) return `is offered to ${String(to)}; able are ${String(able)}`
  if (offer.last) return isDeepStrictEqual(to, able) ? null : `is offered to ${String(to)}, not to all: ${String(able)}`
  const open = to.filter((id) => !declinedBy.includes(id)).length
  if (open > rounds.count * offer.round) return `is offered to ${open} vendors in round ${offer.round}`
  const end = Date.parse(offer.until ?? '')
  if (Number.isNaN(end)) return 'has a round without an end'
  return end < now - patience ? `is still in round ${offer.round}, which ended at ${offer.until}` : null
}
