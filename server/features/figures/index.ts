import { OrderStats, StatsQuery } from '#shared/figures.ts'
import { only } from '../../http/route.ts'
import type { FeatureModule } from '../feature.ts'
import { createFiguresService } from './figures.service.ts'

/** What the orders of a range add up to. The store counts them (storage/order-figures.ts). */
export const figures: FeatureModule = {
  name: 'figures',
  create({ store, clock }) {
    const service = createFiguresService({ store, clock })
    return {
      routes: [
        only(
          ['admin'],
          {
            method: 'get',
            path: '/orders/stats',
            query: StatsQuery,
            tokens: 'any',
            summary: 'Figures of the orders that were placed in a range: counts, durations, revenue',
            reply: { 200: OrderStats },
          },
          async ({ query }) => ({ status: 200, body: await service.stats(query) }),
        ),
      ],
    }
  },
}
