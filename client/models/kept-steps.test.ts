import 'fake-indexeddb/auto'
import { set } from 'idb-keyval'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { at } from '../testing/orders.ts'
import { keptSteps } from './kept-steps.ts'
import { keptStore } from './kept-store.ts'
import type { Step } from './steps.ts'

const step = (commandId: string, more: Partial<Step> = {}): Step => ({
  commandId,
  orderId: 'o1',
  number: 'A7K-2Q9',
  action: 'set_off',
  status: 'on_the_way',
  version: 2,
  occurredAt: at(0),
  late: false,
  ...more,
})

test('steps are kept in their order, replaced in their place, removed by their ids, and each user has their own', async () => {
  const [ana, ben] = [keptSteps('ana'), keptSteps('ben')]
  await Promise.all([ana.put(step('a')), ana.put(step('b')), ana.put(step('c')), ben.put(step('x'))])
  await ana.put(step('b', { late: true }))
  await ana.remove(['a', 'unknown'])
  assert.equal(await ana.all(), [step('b', { late: true }), step('c')])
  assert.equal(await keptSteps('ben').all(), [step('x')])
  assert.equal(await keptSteps('eve').all(), [])
})

test('what another version of the page has left is passed over', async () => {
  await set('steps.old', [{ commandId: 'a' }, step('b'), 7], keptStore())
  assert.equal(await keptSteps('old').all(), [step('b')])
})

test.run()
