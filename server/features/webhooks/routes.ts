import { ChangeWebhook, CreateWebhook, WebhookDeliveryQuery } from '#shared/webhooks.ts'
import { only, type Route } from '../../http/route.ts'
import type { WebhookDeliveries } from './deliveries.service.ts'
import type { WebhooksService } from './webhooks.service.ts'

export interface WebhookRoutesDependencies {
  webhooks: WebhooksService
  deliveries: Pick<WebhookDeliveries, 'list' | 'replay' | 'test'>
}

export const webhookRoutes = ({ webhooks, deliveries }: WebhookRoutesDependencies): Route[] => [
  only(['admin'], { method: 'get', path: '/webhooks' }, async () => ({
    status: 200,
    body: { webhooks: await webhooks.list() },
  })),

  only(['admin'], { method: 'post', path: '/webhooks', body: CreateWebhook }, async ({ body }) => {
    const created = await webhooks.create(body)
    const log = { message: 'webhook created', webhook: created.webhook.id }
    return { status: 201, body: created, log, changes: { before: {}, after: created.webhook } }
  }),

  only(['admin'], { method: 'patch', path: '/webhooks/:id', body: ChangeWebhook }, async ({ body, param }) => {
    const { before, webhook } = await webhooks.change(param('id'), body)
    const log = { message: 'webhook changed', webhook: webhook.id }
    return { status: 200, body: webhook, log, changes: { before, after: webhook } }
  }),

  only(['admin'], { method: 'delete', path: '/webhooks/:id' }, async ({ param }) => {
    await webhooks.remove(param('id'))
    return { status: 204, log: { message: 'webhook removed', webhook: param('id') } }
  }),

  only(['admin'], { method: 'post', path: '/webhooks/:id/secret' }, async ({ param }) => {
    const rotated = await webhooks.rotate(param('id'))
    return { status: 201, body: rotated, log: { message: 'webhook secret rotated', webhook: param('id') } }
  }),

  only(['admin'], { method: 'post', path: '/webhooks/:id/test' }, async ({ param }) => ({
    status: 200,
    body: await deliveries.test(param('id')),
  })),

  only(
    ['admin'],
    { method: 'get', path: '/webhooks/:id/deliveries', query: WebhookDeliveryQuery },
    async ({ param, query }) => ({ status: 200, body: await deliveries.list(param('id'), query) }),
  ),

  only(['admin'], { method: 'post', path: '/webhooks/:id/deliveries/:deliveryId/replay' }, async ({ param }) => {
    const delivery = await deliveries.replay(param('id'), param('deliveryId'))
    return { status: 202, body: delivery, log: { message: 'webhook delivery replayed', webhook: param('id') } }
  }),
]
