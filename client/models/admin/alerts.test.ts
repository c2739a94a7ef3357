import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { topicOf } from '#shared/topics.ts'
import { at } from '../../testing/orders.ts'
import { unused } from '../../testing/workspace.ts'
import { createAlerts } from './alerts.ts'

const alert = (orderId: string, kind: 'accept' | 'arrive' = 'accept') => ({
  kind,
  orderId,
  number: 'A7K',
  since: at(0),
})
const topic = (orderId: string) => topicOf('alerts', { kind: 'accept', orderId })

test('what arrives while the list is read is newer than the list', async () => {
  let answer = (_body: object) => {}
  const alerts = createAlerts({
    get: (_path, schema) => new Promise((resolve) => (answer = (body) => resolve(schema.parse(body)))),
    post: unused,
  })
  const shown = () => [...alerts.byOrder.value.keys()].sort()
  alerts.apply(alert('before'))
  const loaded = alerts.load()
  alerts.apply(alert('new'))
  alerts.removed(topic('ended'))
  answer({ alerts: [alert('ended'), alert('listed')] })
  await loaded
  assert.equal(shown(), ['listed', 'new'])
})

test('an acknowledged alert is gone at once; the next of the same order is not', async () => {
  const posted: string[] = []
  const alerts = createAlerts({
    get: unused,
    async post(path, schema) {
      posted.push(path)
      return schema.parse(undefined)
    },
  })
  alerts.apply(alert('a'))
  await alerts.acknowledge(alert('a'))
  assert.equal([posted, alerts.byOrder.value.size], [['/alerts/accept/a/acknowledge'], 0])
  alerts.apply(alert('a', 'arrive'))
  alerts.removed(topic('a'))
  assert.is(alerts.byOrder.value.get('a')?.kind, 'arrive')
})

test.run()
