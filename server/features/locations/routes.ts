import { roles } from '#shared/actors.ts'
import { OrderPosition, PathQuery, ReportPosition, VendorPath, VendorPositions } from '#shared/vendor-positions.ts'
import { only, type Route } from '../../http/route.ts'
import type { LocationsService } from './locations.service.ts'

export const locationRoutes = ({ report, ofOrder, last, path }: LocationsService): Route[] => [
  only(
    roles,
    {
      method: 'get',
      path: '/orders/:id/position',
      devices: true,
      tokens: 'with_contact',
      link: 'read',
      summary: 'Where the vendor of an order is and when they are likely to arrive, while they are on the way',
      reply: { 200: OrderPosition },
      errors: ['not_found'],
    },
    async ({ identity, param }) => ({ status: 200, body: await ofOrder(identity, param('id')) }),
  ),

  only(
    ['vendor', 'admin'],
    {
      method: 'get',
      path: '/positions',
      devices: true,
      tokens: 'any',
      summary: 'The last known positions of vendors, at most a day old; of a vendor, their own',
      reply: { 200: VendorPositions },
    },
    async ({ identity }) => ({ status: 200, body: { positions: await last(identity) } }),
  ),

  only(
    ['vendor'],
    {
      method: 'post',
      path: '/positions',
      body: ReportPosition,
      devices: true,
      summary: 'Reports where the calling vendor is, as vendor/location does over MQTT',
      reply: { 204: null },
    },
    async ({ identity, body }) => {
      await report(identity, body)
      return { status: 204 }
    },
  ),

  only(
    ['admin'],
    {
      method: 'get',
      path: '/vendors/:id/positions',
      query: PathQuery,
      tokens: 'with_contact',
      summary: 'Where a vendor was in the last day, or since a time; oldest first',
      reply: { 200: VendorPath },
    },
    async ({ param, query }) => ({ status: 200, body: { positions: await path(param('id'), query.since) } }),
  ),
]
