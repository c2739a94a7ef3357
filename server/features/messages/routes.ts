import { roles } from '#shared/actors.ts'
import { Message, MessageList, MessageQuery, PostMessage, ReadMessages, UnreadMessages } from '#shared/messages.ts'
import { only, type Route } from '../../http/route.ts'
import type { MessagesService } from './messages.service.ts'

export const messageRoutes = ({ list, post, read, unread }: MessagesService): Route[] => [
  only(
    roles,
    {
      method: 'get',
      path: '/orders/:id/messages',
      query: MessageQuery,
      devices: true,
      tokens: 'with_contact',
      link: 'message',
      summary: 'Messages of an order, newest first, for its customer, its vendor and admins',
      reply: { 200: MessageList },
      errors: ['not_found', 'invalid_cursor'],
    },
    async ({ identity, param, query }) => ({ status: 200, body: await list(identity, param('id'), query) }),
  ),

  only(
    roles,
    {
      method: 'post',
      path: '/orders/:id/messages',
      body: PostMessage,
      devices: true,
      tokens: 'integration',
      link: 'message',
      summary: 'Writes a message on an order; 200 when it was stored before under the same id',
      reply: { 200: Message, 201: Message },
      errors: [
        'not_found',
        'forbidden',
        'messages_closed',
        'unknown_file',
        'idempotency_mismatch',
        'too_many_requests',
      ],
    },
    async ({ identity, param, body }) => {
      const { message, isNew } = await post(identity, param('id'), body)
      return { status: isNew ? 201 : 200, body: message }
    },
  ),

  only(
    roles,
    {
      method: 'post',
      path: '/orders/:id/messages/read',
      body: ReadMessages,
      devices: true,
      tokens: 'integration',
      link: 'message',
      summary: 'Marks the messages of an order as read, all or up to one',
      reply: { 204: null },
      errors: ['not_found'],
    },
    async ({ identity, param, body }) => {
      await read(identity, param('id'), body)
      return { status: 204 }
    },
  ),

  only(
    roles,
    {
      method: 'get',
      path: '/messages/unread',
      tokens: 'integration',
      summary: 'Orders of the caller with unread messages, and how many',
      reply: { 200: UnreadMessages },
    },
    async ({ identity }) => ({ status: 200, body: await unread(identity) }),
  ),
]
