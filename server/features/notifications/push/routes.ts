import { roles } from '#shared/actors.ts'
import { CreatePushSubscription, NewPushSubscription, PushKey, PushSubscriptionList, TestPush } from '#shared/push.ts'
import { only, type Route } from '../../../http/route.ts'
import { newId } from '../../../lib/ids.ts'
import type { Outbox } from '../../../services/outbox.ts'
import { deliveryOf } from './deliveries.ts'
import type { SubscriptionsService } from './subscriptions.service.ts'

export interface PushRoutesDependencies {
  subscriptions: Pick<SubscriptionsService, 'add' | 'list' | 'remove' | 'own'>
  /** The key with which browsers subscribe. */
  publicKey: () => Promise<string>
  outbox: Pick<Outbox, 'add'>
}

export const pushRoutes = ({ subscriptions, publicKey, outbox }: PushRoutesDependencies): Route[] => [
  only(
    roles,
    {
      method: 'get',
      path: '/push/key',
      summary: 'The key with which browsers subscribe to push messages',
      reply: { 200: PushKey },
    },
    async () => ({ status: 200, body: { key: await publicKey() } }),
  ),

  only(
    roles,
    {
      method: 'post',
      path: '/push/subscriptions',
      body: CreatePushSubscription,
      summary: 'Subscribes a browser to push messages',
      reply: { 201: NewPushSubscription },
    },
    async ({ identity, body }) => {
      const { subscription, isNew } = await subscriptions.add(identity, body)
      // Pages send it again whenever they open.
      const log = isNew ? { message: 'browser subscribed to push messages', subscription: subscription.id } : undefined
      return { status: 201, body: { subscription }, log }
    },
  ),

  only(
    roles,
    {
      method: 'get',
      path: '/push/subscriptions',
      summary: 'Browsers of the caller that get push messages',
      reply: { 200: PushSubscriptionList },
    },
    async ({ identity }) => ({
      status: 200,
      body: { subscriptions: await subscriptions.list(identity) },
    }),
  ),

  only(
    roles,
    {
      method: 'delete',
      path: '/push/subscriptions/:id',
      summary: 'Ends push messages to a browser',
      reply: { 204: null },
      errors: ['not_found'],
    },
    async ({ identity, param }) => {
      await subscriptions.remove(identity, param('id'))
      return { status: 204 }
    },
  ),

  only(
    roles,
    {
      method: 'post',
      path: '/push/test',
      body: TestPush,
      summary: 'Sends a push message to a browser of the caller',
      reply: { 204: null },
      errors: ['not_found'],
    },
    async ({ identity, body }) => {
      const subscription = await subscriptions.own(identity, body.id)
      await outbox.add(deliveryOf(subscription, { id: newId(), event: 'test', order: null }))
      return { status: 204 }
    },
  ),
]
