import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startApp, type TestApp } from '../../testing/app.ts'
import { Probe } from '../../testing/probe.ts'

const test = suite<{ app: TestApp }>('configured reasons')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

const setReasons = (app: TestApp, lists: object) =>
  app.call('PUT', '/api/reasons', lists, { authorization: `Bearer ${app.admin.token}` })

const none = { decline: null, release: null, fail: null, cancel: null, releaseByAdmin: null, cancelByAdmin: null }

test('a list is the business’s own until it is removed; the others stay', async ({ app }) => {
  const vendor = await app.vendor()
  assert.equal((await vendor.get('/api/reasons')).body, none)
  const fail = [
    { code: 'shut', text: 'The door stayed shut' },
    { code: 'dog', text: 'A dog was loose' },
  ]
  assert.equal((await setReasons(app, { fail })).body, { ...none, fail })
  const cancel = [{ code: 'late', text: 'Too late' }]
  assert.equal((await setReasons(app, { cancel })).body, { ...none, fail, cancel })
  assert.equal((await setReasons(app, { cancel: null })).body, { ...none, fail })
  assert.equal((await vendor.get('/api/reasons')).body, { ...none, fail })
  for (const wrong of [[], [{ code: 'a b', text: 'x' }], [fail[0], fail[0]], [{ code: 'x', text: '' }]])
    assert.is((await setReasons(app, { fail: wrong })).status, 400, JSON.stringify(wrong))
})

test('a code becomes the text of its list, for people and devices; anything else stays as it was sent', async ({
  app,
}) => {
  await setReasons(app, {
    fail: [{ code: 'shut', text: 'The door stayed shut' }],
    cancelByAdmin: [{ code: 'shut', text: 'We are closed' }],
  })
  const [customer, vendor] = [await app.customer(), await app.vendor()]
  const noteAfter = async (change: () => Promise<unknown>, id: string) => {
    await change()
    return (await app.admin.get(`/api/orders/${id}`)).body.history.at(-1).note
  }
  for (const [reason, note] of [
    ['shut', 'The door stayed shut'],
    ['absent', 'absent'],
    ['shut today', 'shut today'],
  ] as const) {
    const order = await app.order(customer)
    for (const status of ['accepted', 'on_the_way']) await vendor.set(order, status)
    const fail = () => vendor.patch(`/api/orders/${order.id}/status`, { status: 'failed', reason })
    assert.is(await noteAfter(fail, order.id), note)
  }
  const device = await Probe.connect(app.mqtt, (await vendor.device()).login)
  const order = await app.order(customer)
  for (const status of ['accepted', 'on_the_way']) await vendor.set(order, status)
  const command = { status: 'failed', reason: 'shut' }
  const sent = () => device.publish(`orders/${order.id}/status`, command)
  assert.is(await noteAfter(sent, order.id), 'The door stayed shut')
  const other = await app.order(customer)
  const cancel = (who: typeof customer) => () =>
    who.patch(`/api/orders/${other.id}/status`, { status: 'cancelled', reason: 'shut' })
  assert.is(await noteAfter(cancel(customer), other.id), 'shut', 'the list of admins is theirs')
  const last = await app.order(customer)
  await app.admin.patch(`/api/orders/${last.id}/status`, { status: 'cancelled', reason: 'shut' })
  assert.is((await app.admin.get(`/api/orders/${last.id}`)).body.history.at(-1).note, 'We are closed')
})

test.run()
