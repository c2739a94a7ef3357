import { PlaceFollowUp } from '#shared/order-input.ts'
import { Order } from '#shared/orders.ts'
import { only, type Route } from '../../http/route.ts'
import type { FollowUps } from './follow-ups.service.ts'

export const followUpRoutes = ({ place }: Pick<FollowUps, 'place'>): Route[] => [
  only(
    ['vendor', 'admin'],
    {
      method: 'post',
      path: '/orders/:id/follow-up',
      body: PlaceFollowUp,
      tokens: 'integration',
      summary:
        'Places an order that has failed or was completed once more, at today’s prices; 200 when that was done before',
      reply: { 200: Order, 201: Order },
      errors: [
        'not_found',
        'invalid_transition',
        'unknown_customer',
        'unknown_service',
        'invalid_options',
        'not_available_then',
        'invalid_schedule',
      ],
    },
    async ({ identity, param, body }) => {
      const { order, isNew } = await place(identity, param('id'), body)
      const log = { message: 'follow-up order placed', order: order.id, number: order.number, followUpOf: param('id') }
      return {
        status: isNew ? 201 : 200,
        body: order,
        headers: { Location: `/api/orders/${order.id}` },
        ...(isNew && identity.role === 'admin' && { log }),
      }
    },
  ),
]
