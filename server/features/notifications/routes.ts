import { roles } from '#shared/actors.ts'
import { NotificationList, NotificationQuery, ReadNotifications } from '#shared/notifications.ts'
import { only, type Route } from '../../http/route.ts'
import type { NotificationsService } from './notifications.service.ts'

export const notificationRoutes = ({ list, read }: Pick<NotificationsService, 'list' | 'read'>): Route[] => [
  only(
    roles,
    {
      method: 'get',
      path: '/notifications',
      query: NotificationQuery,
      summary: 'Notifications of the caller, newest first',
      reply: { 200: NotificationList },
      errors: ['invalid_cursor'],
    },
    async ({ identity, query }) => ({
      status: 200,
      body: await list(identity, query),
    }),
  ),

  only(
    roles,
    {
      method: 'post',
      path: '/notifications/read',
      body: ReadNotifications,
      summary: 'Marks notifications as read',
      reply: { 204: null },
    },
    async ({ identity, body }) => {
      await read(identity, body)
      return { status: 204 }
    },
  ),
]
