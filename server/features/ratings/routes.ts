import { roles } from '#shared/actors.ts'
import { Order } from '#shared/orders.ts'
import { OrderRating, RateOrder } from '#shared/ratings.ts'
import { only, type Route } from '../../http/route.ts'
import type { RatingsService } from './ratings.service.ts'

export const ratingRoutes = ({ rate, of }: RatingsService): Route[] => [
  only(
    roles,
    {
      method: 'get',
      path: '/orders/:id/rating',
      tokens: 'any',
      link: 'read',
      summary: 'The rating of an order, and the average of its vendor',
      reply: { 200: OrderRating },
      errors: ['not_found'],
    },
    async ({ identity, param }) => ({ status: 200, body: await of(identity, param('id')) }),
  ),

  only(
    ['customer'],
    {
      method: 'put',
      path: '/orders/:id/rating',
      body: RateOrder,
      link: 'rate',
      summary: 'Rates a completed order, or changes the rating within a week',
      reply: { 200: Order },
      errors: ['not_found', 'rating_closed'],
    },
    async ({ identity, param, body }) => ({
      status: 200,
      body: await rate(identity, param('id'), body),
    }),
  ),
]
