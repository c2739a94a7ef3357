import { OrderPin } from '#shared/file-input.ts'
import { missingProof } from '#shared/proof.ts'
import { viewFor } from '../../auth/permissions.ts'
import { only } from '../../http/route.ts'
import { DomainError } from '../../lib/errors.ts'
import type { FeatureModule } from '../feature.ts'
import { createPinTries, pinTryRecords } from './pin-tries.ts'

/** What a service asks for before its orders are completed: a note, photos, a signature, the customer's PIN. */
export const proof: FeatureModule = {
  name: 'proof',
  records: [pinTryRecords],
  create({ store, clock }) {
    const tries = createPinTries({ tries: store.collection(pinTryRecords), clock })

    return {
      async completionCheck(order, given) {
        const missing = missingProof(order, given)
        if (missing.length > 0) throw new DomainError('proof_required', `Missing: ${missing.join(', ')}.`, { missing })
        if (order.proof?.pin && order.pin !== undefined && given.pin !== undefined)
          await tries.check(order.id, order.pin, given.pin)
      },

      routes: [
        only(
          ['customer', 'admin'],
          {
            method: 'get',
            path: '/orders/:id/pin',
            tokens: 'integration',
            link: 'read',
            summary: 'The PIN that the customer tells the vendor when the work is done',
            reply: { 200: OrderPin },
            errors: ['not_found'],
          },
          async ({ identity, param }) => {
            const order = await store.orders.byId(param('id'))
            if (!order || viewFor(identity, order) !== 'full')
              throw new DomainError('not_found', 'There is no such order.')
            return { status: 200, body: { orderId: order.id, pin: order.pin ?? null } }
          },
        ),

        only(
          ['admin'],
          {
            method: 'post',
            path: '/orders/:id/pin/unlock',
            tokens: 'integration',
            summary: 'Lets the vendor try the PIN again before the time is over',
            reply: { 204: null },
            errors: ['not_found'],
          },
          async ({ param }) => {
            const order = await store.orders.byId(param('id'))
            if (!order) throw new DomainError('not_found', 'There is no such order.')
            await tries.forget(order.id)
            return { status: 204, log: { message: 'PIN unlocked', order: order.id, number: order.number } }
          },
        ),
      ],

      async ordersRemoved(orders) {
        for (const { id } of orders) await tries.forget(id)
      },
      personalData: {
        async erase({ role, orders }) {
          if (role === 'customer') for (const id of orders) await tries.forget(id)
        },
      },
    }
  },
}
