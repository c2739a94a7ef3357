import { CreateTrackingLink, TrackedOrder, TrackingLink, TrackingSettings } from '#shared/tracking.ts'
import { only, type Route } from '../../http/route.ts'
import type { EventBus } from '../../services/domain-events.ts'
import { trackedOrderOf } from './holders.ts'
import type { LinksService } from './links.service.ts'
import type { TrackingSettingsStore } from './settings.ts'

export interface TrackingRoutesDependencies {
  links: Pick<LinksService, 'create' | 'revoke'>
  settings: TrackingSettingsStore
  events: Pick<EventBus, 'emit'>
}

export const trackingRoutes = ({ links, settings, events }: TrackingRoutesDependencies): Route[] => [
  only(
    ['customer', 'admin'],
    {
      method: 'post',
      path: '/orders/:id/tracking',
      body: CreateTrackingLink,
      tokens: 'integration',
      summary: 'The tracking link of an order, for people without an account: made when there is none',
      reply: { 201: TrackingLink },
      errors: ['not_found'],
    },
    async ({ identity, param, body }) => {
      const { link, number, isNew } = await links.create(identity, param('id'), body)
      const log = { message: 'tracking link created', order: param('id'), number, expiresAt: link.expiresAt }
      return { status: 201, body: link, ...((isNew || body.expiresAt) && { log }) }
    },
  ),

  only(
    ['customer', 'admin'],
    {
      method: 'delete',
      path: '/orders/:id/tracking',
      tokens: 'integration',
      summary: 'Revokes the tracking link of an order',
      reply: { 204: null },
      errors: ['not_found'],
    },
    async ({ identity, param }) => {
      const { number } = await links.revoke(identity, param('id'))
      return { status: 204, log: { message: 'tracking link revoked', order: param('id'), number } }
    },
  ),

  only(
    ['customer'],
    {
      method: 'get',
      path: '/tracking',
      link: 'read',
      summary: 'What a tracking link shows, and what its holder may do; only for its holder',
      reply: { 200: TrackedOrder },
    },
    async ({ identity }) => ({ status: 200, body: trackedOrderOf(identity) }),
  ),

  only(
    ['admin'],
    {
      method: 'get',
      path: '/tracking/settings',
      summary: 'What holders of tracking links may do',
      reply: { 200: TrackingSettings },
    },
    async () => ({ status: 200, body: await settings.read() }),
  ),

  only(
    ['admin'],
    {
      method: 'put',
      path: '/tracking/settings',
      body: TrackingSettings,
      summary: 'Changes what holders of tracking links may do, at once',
      reply: { 200: TrackingSettings },
    },
    async ({ body }) => {
      const before = await settings.read()
      await settings.write(body)
      // The topics of a connection are those of its CONNECT.
      events.emit('access.revoked', { trackedOrder: null })
      const log = { message: 'tracking settings changed' }
      return { status: 200, body, log, changes: { before, after: body } }
    },
  ),
]
