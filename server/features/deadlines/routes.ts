import { AlertList, deadlineKinds } from '#shared/deadlines.ts'
import { only, type Route } from '../../http/route.ts'
import { DomainError } from '../../lib/errors.ts'
import type { DeadlinesService } from './deadlines.service.ts'

export const alertRoutes = ({ list, acknowledge }: Pick<DeadlinesService, 'list' | 'acknowledge'>): Route[] => [
  only(
    ['admin'],
    {
      method: 'get',
      path: '/alerts',
      tokens: 'any',
      summary: 'Orders that are late, until they are acknowledged; the latest first',
      reply: { 200: AlertList },
    },
    async () => ({ status: 200, body: await list() }),
  ),

  only(
    ['admin'],
    {
      method: 'post',
      path: '/alerts/:kind/:orderId/acknowledge',
      tokens: 'integration',
      summary: 'Ends an alert; the order may still be late',
      reply: { 204: null },
      errors: ['not_found'],
    },
    async ({ param }) => {
      const kind = deadlineKinds.find((name) => name === param('kind'))
      if (!kind) throw new DomainError('not_found', 'There is no such alert.')
      const record = await acknowledge(kind, param('orderId'))
      return {
        status: 204,
        ...(record && { log: { message: 'alert acknowledged', order: record.orderId, number: record.number, kind } }),
      }
    },
  ),
]
