import { offeredToAll, type OrderOffer } from '#shared/offers.ts'
import type { DetailField } from '#shared/orders.ts'
import type { OrderRecord } from '../storage/store.ts'

/** What decides to whom an order is offered. `vendor`: whose job it was until now. */
export type OfferedOrder = Pick<OrderRecord, 'contact' | 'items' | 'declinedBy'> & Partial<Pick<OrderRecord, 'vendor'>>

/** The details of an order that decide it. */
export const decisiveFields: readonly DetailField[] = ['items', 'area', 'address', 'position']

/** The rules by which fewer than all vendors are offered an order. */
export interface OfferRules {
  /** Whether there are any: without, the other functions are not called. */
  areUsed(): boolean
  /** null: every vendor. Throws no_vendor_able. */
  forNew(order: OfferedOrder): Promise<OrderOffer | null>
  /** The same for an order that exists: when no vendor is able, an admin is alerted. */
  again(order: OfferedOrder): Promise<OrderOffer | null>
  /** The ids of those who can do it; null: every vendor. */
  able(order: OfferedOrder): Promise<readonly string[] | null>
}

export type Offering = ReturnType<typeof createOffering>

/** To whom orders are offered: to every vendor, unless a feature has rules. */
export function createOffering() {
  let given: OfferRules | null = null
  const rules = () => (given?.areUsed() ? given : null)

  return {
    /** Sets the rules. */
    use(by: OfferRules): void {
      given = by
    },

    areRulesUsed: () => rules() !== null,

    /** undefined: to every vendor. Throws no_vendor_able. */
    async forNew(order: OfferedOrder): Promise<OrderOffer | undefined> {
      return (await rules()?.forNew(order)) ?? undefined
    },

    /** The same for a released order. */
    async again(order: OfferedOrder & Pick<OrderRecord, 'offer'>): Promise<OrderOffer | undefined> {
      return (await rules()?.again(order)) ?? (order.offer && offeredToAll)
    },

    /** The ids of the vendors who can do it; null: every vendor. */
    able: async (order: OfferedOrder): Promise<readonly string[] | null> => (await rules()?.able(order)) ?? null,
  }
}
