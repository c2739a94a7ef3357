import { Area, AreaList, CandidateList, ChangeArea, CheckOrder, CreateArea } from '#shared/areas.ts'
import { isOffered } from '#shared/order-status.ts'
import { only, type Route } from '../../http/route.ts'
import { DomainError } from '../../lib/errors.ts'
import { presentOffer } from '../../services/presenters.ts'
import type { Core } from '../feature.ts'
import type { AreasService } from './areas.service.ts'
import type { OffersService } from './offers.service.ts'

export interface DispatchRoutesDependencies {
  areas: AreasService
  offers: Pick<OffersService, 'candidatesFor' | 'check'>
  orders: Pick<Core['store']['orders'], 'byId'>
}

export const dispatchRoutes = ({ areas, offers, orders }: DispatchRoutesDependencies): Route[] => [
  only(
    ['admin'],
    {
      method: 'get',
      path: '/areas',
      tokens: 'any',
      summary: 'The areas in which vendors work',
      reply: { 200: AreaList },
    },
    async () => ({ status: 200, body: { areas: await areas.list() } }),
  ),

  only(
    ['admin'],
    {
      method: 'post',
      path: '/areas',
      body: CreateArea,
      summary: 'Adds an area: a name, the beginnings of postcodes, a polygon',
      reply: { 201: Area },
    },
    async ({ body }) => {
      const area = await areas.create(body)
      const log = { message: 'area made', area: area.id, name: area.name }
      return { status: 201, body: area, log, changes: { before: {}, after: area } }
    },
  ),

  only(
    ['admin'],
    {
      method: 'patch',
      path: '/areas/:id',
      body: ChangeArea,
      summary: 'Changes an area; open offers follow',
      reply: { 200: Area },
      errors: ['not_found'],
    },
    async ({ param, body }) => {
      const { before, area } = await areas.change(param('id'), body)
      const log = { message: 'area changed', area: area.id, name: area.name }
      return { status: 200, body: area, log, changes: { before, after: area } }
    },
  ),

  only(
    ['admin'],
    {
      method: 'delete',
      path: '/areas/:id',
      summary: 'Removes an area; vendors who had no other one work everywhere',
      reply: { 204: null },
      errors: ['not_found'],
    },
    async ({ param }) => {
      const area = await areas.remove(param('id'))
      const log = { message: 'area removed', area: area.id, name: area.name }
      return { status: 204, log, changes: { before: area, after: {} } }
    },
  ),

  only(
    ['admin'],
    {
      method: 'get',
      path: '/orders/:id/vendors',
      tokens: 'integration',
      summary: 'The active vendors as candidates for an order, the able first; empty without skills, areas and rounds',
      reply: { 200: CandidateList },
      errors: ['not_found'],
    },
    async ({ param }) => {
      const order = await orders.byId(param('id'))
      if (!order) throw new DomainError('not_found', 'There is no such order.')
      const { offer, status } = order
      const round = offer && offer.round > 0 && isOffered(status) ? presentOffer(offer) : null
      return { status: 200, body: { vendors: await offers.candidatesFor(order), offer: round } }
    },
  ),

  only(
    ['customer', 'admin'],
    {
      method: 'post',
      path: '/orders/check',
      body: CheckOrder,
      tokens: 'integration',
      summary: 'Whether one vendor can do all of an order; asked before it is placed',
      reply: { 204: null },
      errors: ['no_vendor_able'],
    },
    async ({ body: { items, contact } }) => {
      const order = { items: items.map((item) => ({ ...item, name: '', quantity: 1, unitPrice: 0 })), declinedBy: [] }
      await offers.check({ ...order, contact: { phone: '', address: '', ...contact } })
      return { status: 204 }
    },
  ),
]
