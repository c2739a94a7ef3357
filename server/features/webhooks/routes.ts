import {
  ChangeWebhook,
  CreateWebhook,
  Webhook,
  WebhookDelivery,
  WebhookDeliveryList,
  WebhookDeliveryQuery,
  WebhookList,
  WebhookWithSecret,
} from '#shared/webhooks.ts'
import { only, type Route } from '../../http/route.ts'
import type { WebhookDeliveries } from './deliveries.service.ts'
import type { WebhooksService } from './webhooks.service.ts'

export interface WebhookRoutesDependencies {
  webhooks: WebhooksService
  deliveries: Pick<WebhookDeliveries, 'list' | 'replay' | 'test'>
}

export const webhookRoutes = ({ webhooks, deliveries }: WebhookRoutesDependencies): Route[] => [
  only(['admin'], { method: 'get', path: '/webhooks', summary: 'Webhooks', reply: { 200: WebhookList } }, async () => ({
    status: 200,
    body: { webhooks: await webhooks.list() },
  })),

  only(
    ['admin'],
    {
      method: 'post',
      path: '/webhooks',
      body: CreateWebhook,
      summary: 'Creates a webhook; the response has its secret',
      reply: { 201: WebhookWithSecret },
    },
    async ({ body }) => {
      const created = await webhooks.create(body)
      const log = { message: 'webhook created', webhook: created.webhook.id }
      return { status: 201, body: created, log, changes: { before: {}, after: created.webhook } }
    },
  ),

  only(
    ['admin'],
    {
      method: 'patch',
      path: '/webhooks/:id',
      body: ChangeWebhook,
      summary: 'Changes a webhook',
      reply: { 200: Webhook },
      errors: ['not_found'],
    },
    async ({ body, param }) => {
      const { before, webhook } = await webhooks.change(param('id'), body)
      const log = { message: 'webhook changed', webhook: webhook.id }
      return { status: 200, body: webhook, log, changes: { before, after: webhook } }
    },
  ),

  only(
    ['admin'],
    {
      method: 'delete',
      path: '/webhooks/:id',
      summary: 'Removes a webhook',
      reply: { 204: null },
      errors: ['not_found'],
    },
    async ({ param }) => {
      await webhooks.remove(param('id'))
      return { status: 204, log: { message: 'webhook removed', webhook: param('id') } }
    },
  ),

  only(
    ['admin'],
    {
      method: 'post',
      path: '/webhooks/:id/secret',
      summary: 'A new secret; for a day requests are signed with the former one too',
      reply: { 201: WebhookWithSecret },
      errors: ['not_found'],
    },
    async ({ param }) => {
      const rotated = await webhooks.rotate(param('id'))
      return { status: 201, body: rotated, log: { message: 'webhook secret rotated', webhook: param('id') } }
    },
  ),

  only(
    ['admin'],
    {
      method: 'post',
      path: '/webhooks/:id/test',
      summary: 'Calls a webhook once, and answers with the outcome',
      reply: { 200: WebhookDelivery },
      errors: ['not_found'],
    },
    async ({ param }) => ({
      status: 200,
      body: await deliveries.test(param('id')),
    }),
  ),

  only(
    ['admin'],
    {
      method: 'get',
      path: '/webhooks/:id/deliveries',
      query: WebhookDeliveryQuery,
      summary: 'Deliveries of a webhook, newest first',
      reply: { 200: WebhookDeliveryList },
      errors: ['not_found', 'invalid_cursor'],
    },
    async ({ param, query }) => ({ status: 200, body: await deliveries.list(param('id'), query) }),
  ),

  only(
    ['admin'],
    {
      method: 'post',
      path: '/webhooks/:id/deliveries/:deliveryId/replay',
      summary: 'Delivers once more',
      reply: { 202: WebhookDelivery },
      errors: ['not_found', 'invalid_request'],
    },
    async ({ param }) => {
      const delivery = await deliveries.replay(param('id'), param('deliveryId'))
      return { status: 202, body: delivery, log: { message: 'webhook delivery replayed', webhook: param('id') } }
    },
  ),
]
