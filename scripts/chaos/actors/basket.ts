import * as z from 'zod/mini'
import { Catalogue, type Service } from '#shared/catalogue.ts'
import type { PlaceOrder } from '#shared/order-input.ts'
import type { ApiError } from '../../../client/models/session/api-error.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import type { Session } from './session.ts'

/** What a customer orders, at the total that the page showed. */
export type Basket = Pick<PlaceOrder, 'items'> & { expectedTotal: number }

const PriceChanged = z.object({ totalAmount: z.int() })

/** A customer's view of the catalogue: it is read now and then, so that its prices are often those of a moment ago. */
export function createBasket({
  api,
  serviceIds,
  random,
}: {
  api: Session['api']
  serviceIds: readonly string[]
  random: Random
}) {
  let shown: readonly Service[] = []

  async function read() {
    const { services } = await api.get('/services', Catalogue)
    shown = services.filter(({ id, active }) => active && serviceIds.includes(id))
  }

  return {
    /** null while the catalogue cannot be read. */
    async next(): Promise<Basket | null> {
      if (shown.length === 0 || random.chance(0.6)) await read().catch(() => {})
      if (shown.length === 0) return null
      const chosen = [...new Set([random.pick(shown), random.pick(shown)])]
      const items = chosen.map(({ id }) => ({ serviceId: id, quantity: 1 + random.below(3) }))
      const expectedTotal = chosen.reduce((sum, { price }, n) => sum + price * (items[n]?.quantity ?? 0), 0)
      return { items, expectedTotal }
    },

    /** The same at the total that the refusal names; null when a service is withdrawn. */
    corrected({ items }: Basket, { problem }: ApiError): Basket | null {
      const parsed = PriceChanged.safeParse(problem)
      return parsed.success ? { items, expectedTotal: parsed.data.totalAmount } : null
    },
  }
}
