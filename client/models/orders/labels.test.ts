import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { nextTransitions, orderStatuses, transitions } from '#shared/order-status.ts'
import { reasonsFor } from './labels.ts'

test('an admin is offered other reasons than a customer or a vendor, for every action that needs one', () => {
  const customer = { id: 'c', role: 'customer' } as const
  const vendor = { id: 'v', role: 'vendor' } as const
  const admin = { id: 'a', role: 'admin' } as const
  const contact = { phone: '5550100', address: '1 Lane', area: 'North' }
  const shared = orderStatuses.flatMap((status) => {
    const isVendors = transitions.some((row) => row.to === status)
    const order = { status, customer, vendor: isVendors ? vendor : null, history: [] }
    const actions = (who: typeof customer | typeof vendor | typeof admin) =>
      nextTransitions(who, order, 0).filter((row) => row.reasonRequired)
    const others = [customer, vendor].flatMap((who) =>
      actions(who).flatMap((row) => reasonsFor(row.action, who.role, { contact })),
    )
    const own = actions(admin).flatMap((row) => reasonsFor(row.action, 'admin', { contact }))
    if (actions(admin).length > 0) assert.ok(own.length > 0, status)
    return own.filter((reason) => others.includes(reason))
  })
  assert.equal(shared, [])
})

test.run()
