import type { RoundsRule } from '#shared/offers.ts'
import { foldedTag } from '#shared/tags.ts'
import type { OfferedOrder } from '../../services/offering.ts'
import { areasOf } from './areas-of.ts'
import type { AbleVendor, DispatchRules } from './dispatch-rules.ts'

/** What an order demands of its vendor. */
export interface Demands {
  /** As the services name them. */
  skills: string[]
  /** Where the vendor must work; null: anywhere. */
  areas: ReadonlySet<string> | null
  rounds: RoundsRule | null
}

/**
 * All skills of its services, and the rounds of the first service that has any.
 *
 * A vendor without areas works everywhere. An order in no named area goes to them; if every vendor has areas, it goes to
 * all, since an address that names no area may still lie in one, and an order that no vendor sees helps no one.
 */
export function demandsOf({ items, contact }: OfferedOrder, { services, areas, vendors }: DispatchRules): Demands {
  const demanded = items.flatMap(({ serviceId }) => services.get(serviceId) ?? [])
  const skills = new Map(demanded.flatMap((service) => service.skills.map((skill) => [foldedTag(skill), skill])))
  const limited = vendors.filter((vendor) => vendor.areas.size > 0).length
  const within = limited > 0 ? areasOf(contact, areas).map(({ id }) => id) : []
  const isAnywhere = limited === 0 || (within.length === 0 && limited === vendors.length)
  return {
    skills: [...skills.values()],
    areas: isAnywhere ? null : new Set(within),
    rounds: demanded.find(({ rounds }) => rounds)?.rounds ?? null,
  }
}

/** The demanded skills that the vendor does not have. */
export const lackingOf = ({ skills }: Demands, vendor: AbleVendor): string[] =>
  skills.filter((skill) => !vendor.skills.has(foldedTag(skill)))

/** Whether the vendor works where the order is. */
export const worksThere = ({ areas }: Demands, vendor: AbleVendor): boolean =>
  areas === null || vendor.areas.size === 0 || [...vendor.areas].some((area) => areas.has(area))

/** The vendors who can do it; null: the order demands nothing. */
export const ableFor = (demands: Demands, { vendors }: DispatchRules): AbleVendor[] | null =>
  demands.skills.length === 0 && demands.areas === null
    ? null
    : vendors.filter((vendor) => lackingOf(demands, vendor).length === 0 && worksThere(demands, vendor))
