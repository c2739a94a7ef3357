import { id } from '#shared/fields.ts'
import { MessageText } from '#shared/notification-preferences.ts'
import { z } from '../../../lib/zod.ts'
import { only, type Route } from '../../../http/route.ts'
import type { createMessageText } from './message-text.ts'
import { mailEvents } from './texts/index.ts'

const Query = z.strictObject({ orderId: id, event: z.optional(z.enum(mailEvents)) })

export const messageTextRoutes = (messageText: ReturnType<typeof createMessageText>): Route[] => [
  only(
    ['admin'],
    {
      method: 'get',
      path: '/notifications/preview',
      query: Query,
      summary: 'What the customer is told of the state of an order',
      reply: { 200: MessageText },
      errors: ['not_found'],
    },
    async ({ query }) => ({
      status: 200,
      body: await messageText(query.orderId, query.event),
    }),
  ),
]
