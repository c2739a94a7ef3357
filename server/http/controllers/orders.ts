import { roles } from '#shared/actors.ts'
import { AssignOrder, ChangeStatus, CorrectOrder, OrderQuery, PlaceOrder } from '#shared/order-input.ts'
import { Order, OrderChanges, OrderList } from '#shared/orders.ts'
import type { OrderCheck } from '../../auth/checks.ts'
import { DomainError } from '../../lib/errors.ts'
import { z } from '../../lib/zod.ts'
import type { OrderListsService } from '../../services/order-lists.service.ts'
import type { OrderCorrections } from '../../services/order-corrections.ts'
import type { OrdersService } from '../../services/orders.service.ts'
import type { RateLimits } from '../middleware/rate-limits.ts'
import { idOfRequest } from '../request-id.ts'
import { only, type Call, type Route } from '../route.ts'

export interface OrdersDependencies {
  orders: OrdersService
  corrections: OrderCorrections
  lists: OrderListsService
  limits: Pick<RateLimits, 'order'>
  checks: readonly OrderCheck[]
}

/** A repetition within 24 hours is answered as the first one was. */
const IdempotencyKey = z.string().check(z.minLength(1), z.maxLength(255))

export const orderRoutes = ({ orders, corrections, lists, limits, checks }: OrdersDependencies): Route[] => [
  only(
    ['customer', 'admin'],
    {
      method: 'post',
      path: '/orders',
      body: PlaceOrder,
      tokens: 'integration',
      headers: { 'Idempotency-Key': IdempotencyKey },
      summary: 'Places an order; 200 when the Idempotency-Key has placed it before',
      reply: { 200: Order, 201: Order },
      errors: [
        'email_not_verified',
        'price_changed',
        'no_vendor_able',
        'unknown_service',
        'invalid_options',
        'not_available_then',
        'unknown_customer',
        'invalid_schedule',
        'idempotency_mismatch',
        'too_many_requests',
      ],
    },
    async (call) => {
      const key = idempotencyKey(call)
      if (call.identity.role === 'customer') for (const check of checks) await check(call.identity)
      const place = () => orders.place(call.identity, call.body, key, idOfRequest(call.request))
      const { order, replayed } = await limits.order(call.identity.id, place)
      return {
        status: replayed ? 200 : 201,
        body: order,
        headers: { Location: `/api/orders/${order.id}` },
        ...(call.identity.role === 'admin' && adminAct('order placed for a customer', order)),
      }
    },
  ),

  only(
    roles,
    {
      method: 'get',
      path: '/orders',
      query: OrderQuery,
      devices: true,
      tokens: 'any',
      summary: 'Orders that the caller may see, newest first; with `since`, all that changed',
      reply: { 200: z.union([OrderList, OrderChanges]) },
      errors: ['invalid_cursor', 'cursor_expired', 'forbidden'],
    },
    async ({ identity, query: { since, ...query } }) => ({
      status: 200,
      body: since ? await lists.changes(identity, { since, ...query }) : await lists.list(identity, query),
    }),
  ),

  only(
    roles,
    {
      method: 'get',
      path: '/orders/:id',
      devices: true,
      tokens: 'any',
      link: 'read',
      summary: 'One order, in the view of the caller',
      reply: { 200: Order },
      errors: ['not_found'],
    },
    async ({ identity, param }) => ({
      status: 200,
      body: await orders.get(identity, param('id')),
    }),
  ),

  only(
    ['customer', 'admin'],
    {
      method: 'patch',
      path: '/orders/:id',
      body: CorrectOrder,
      tokens: 'integration',
      link: 'change',
      summary: 'Corrects the contact, time, notes or items of an order',
      reply: { 200: Order },
      errors: [
        'not_found',
        'invalid_transition',
        'version_conflict',
        'price_changed',
        'no_vendor_able',
        'unknown_service',
        'invalid_options',
        'not_available_then',
        'invalid_schedule',
      ],
    },
    async ({ identity, param, body, request }) => {
      const order = await corrections.correct(identity, param('id'), body, idOfRequest(request))
      return { status: 200, body: order, ...(identity.role === 'admin' && adminAct('order corrected', order)) }
    },
  ),

  only(
    roles,
    {
      method: 'patch',
      path: '/orders/:id/status',
      body: ChangeStatus,
      devices: true,
      tokens: 'integration',
      // A customer may only cancel, by the status table.
      link: 'cancel',
      summary: 'Changes the status of an order',
      reply: { 200: Order },
      errors: [
        'not_found',
        'already_taken',
        'invalid_transition',
        'version_conflict',
        'reason_required',
        'proof_required',
        'wrong_pin',
        'too_many_requests',
        'idempotency_mismatch',
      ],
    },
    async ({ identity, param, body, request }) => {
      const order = await orders.changeStatus(identity, param('id'), body, idOfRequest(request))
      return {
        status: 200,
        body: order,
        ...(identity.role === 'admin' && adminAct('order changed by an admin', order)),
      }
    },
  ),

  only(
    ['admin'],
    {
      method: 'post',
      path: '/orders/:id/assign',
      body: AssignOrder,
      tokens: 'integration',
      summary: 'Assigns an order to a vendor',
      reply: { 200: Order },
      errors: ['not_found', 'invalid_transition', 'version_conflict', 'reason_required', 'unknown_vendor'],
    },
    async ({ identity, param, body, request }) => {
      const order = await orders.assign(identity, param('id'), body, idOfRequest(request))
      return { status: 200, body: order, ...adminAct('order assigned', order) }
    },
  ),
]

/** What an admin did with an order, for the logs. */
function adminAct(message: string, { id, number, status, vendor, version, history }: Order) {
  const log = { message, order: id, number, version, vendor: vendor?.id }
  return { log, changes: { before: { status: history.at(-2)?.status }, after: { status } } }
}

function idempotencyKey({ request }: Pick<Call<unknown, unknown>, 'request'>): string | undefined {
  const key = request.get('Idempotency-Key')
  if (key !== undefined && (key.length === 0 || key.length > 255)) {
    throw new DomainError('invalid_request', 'Idempotency-Key: 1 to 255 characters', {
      header: 'Idempotency-Key',
      minimum: 1,
      maximum: 255,
    })
  }
  return key
}
