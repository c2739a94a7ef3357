import 'fake-indexeddb/auto'
import { set } from 'idb-keyval'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { anOrder, at } from '../../testing/orders.ts'
import { deleteJobs, offlineJobs } from './offline-jobs.ts'
import { offlineChanges } from './offline-changes.ts'
import { offlineStore } from './offline-store.ts'
import type { PendingChange } from '../orders/pending-changes.ts'

const changeWith = (commandId: string, more: Partial<PendingChange> = {}): PendingChange => ({
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

test('changes are stored in order, replaced in place, removed by id, and separate for each user', async () => {
  const [ana, ben] = [offlineChanges('ana'), offlineChanges('ben')]
  await Promise.all([
    ana.put(changeWith('a')),
    ana.put(changeWith('b')),
    ana.put(changeWith('c')),
    ben.put(changeWith('x')),
  ])
  await ana.put(changeWith('b', { late: true }))
  await ana.remove(['a', 'unknown'])
  assert.equal(await ana.all(), [changeWith('b', { late: true }), changeWith('c')])
  assert.equal(await offlineChanges('ben').all(), [changeWith('x')])
  assert.equal(await offlineChanges('eve').all(), [])
})

test('changes of another version of the page are skipped', async () => {
  await set('steps.old', [{ commandId: 'a' }, changeWith('b'), 7], offlineStore())
  assert.equal(await offlineChanges('old').all(), [changeWith('b')])
})

test('where IndexedDB is forbidden, storing rejects instead of throwing', async () => {
  const { open } = IDBFactory.prototype
  IDBFactory.prototype.open = () => {
    throw new DOMException('forbidden', 'SecurityError')
  }
  const changes = offlineChanges('ana')
  const rejects = (work: Promise<unknown>) =>
    work.then(
      () => false,
      () => true,
    )
  assert.equal(
    await Promise.all(
      [changes.all(), changes.put(changeWith('a')), changes.remove(['a']), offlineJobs('ana').replace([])].map(rejects),
    ),
    [true, true, true, true],
  )
  IDBFactory.prototype.open = open
})

test('jobs are stored for one user, and deleted with their session', async () => {
  const jobs = [anOrder({ version: 2, status: 'accepted', contact: { phone: '1', address: '2' } })]
  for (const id of ['ana', 'ben']) await offlineJobs(id).replace(jobs)
  await offlineChanges('ana').put(changeWith('waits'))
  await deleteJobs({ but: 'ben' })
  assert.equal([await offlineJobs('ana').all(), await offlineJobs('ben').all()], [[], jobs])
  await deleteJobs({ but: null })
  assert.equal(await offlineJobs('ben').all(), [])
  assert.ok(
    (await offlineChanges('ana').all()).some(({ commandId }) => commandId === 'waits'),
    'changes stay',
  )
})

test.run()
