import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startApp } from '../../testing/app.ts'

const test = suite('export of orders')

test('the file has every order of the filters, in the caller’s view, and no formula', async () => {
  const app = await startApp()
  const mia = await app.customer('=Mia "M", B.')
  const ana = await app.vendor('Ana')
  const contact = { phone: '+49 30 5550177', address: '1 Main St', area: 'Mitte', lat: 52.5, lng: -13.4 }
  for (let n = 0; n < 3; n++) await app.order(mia, { contact, notes: '-Ring twice' })
  const { body } = await app.admin.get('/api/orders?limit=1')
  const [newest] = body.orders
  await ana.set(newest, 'accepted')

  const answer = await app.admin.get('/api/orders/export.csv')
  assert.equal(
    [answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition')],
    [200, 'text/csv; charset=utf-8', 'attachment; filename="orders.csv"'],
  )
  const linesOf = (csv: unknown) => String(csv).trimEnd().split('\r\n')
  const [head = '', first = '', ...others] = linesOf(answer.body)
  assert.is(
    head,
    'number,status,placed,scheduledFor,accepted,completed,customer,phone,address,area,lat,lng,vendor,items,total,currency,payment,paymentMethod,paidAmount,tip,refunded,stars,notes,lastNote,id,customerId,vendorId',
  )
  assert.is(others.length, 2)
  const [{ name, quantity }] = newest.items
  const accepted = (await app.admin.get(`/api/orders/${newest.id}`)).body.history[1].at
  assert.is(
    first,
    `${newest.number},accepted,${newest.createdAt},,${accepted},,"'=Mia ""M"", B.",'+49 30 5550177,1 Main St,Mitte,52.5,-13.4,Ana,` +
      `${quantity} × ${name},${(newest.totalAmount / 100).toFixed(2)},USD,unpaid,,,,,,'-Ring twice,,${newest.id},${mia.id},${ana.id}`,
  )
  assert.equal(linesOf((await app.admin.get('/api/orders/export.csv?status=accepted')).body), [head, first])
  assert.is((await app.admin.get('/api/orders/export.csv?status=nonsense')).status, 400)
  assert.is((await ana.get('/api/orders/export.csv')).status, 403)
  await app.stop()
})

test('the file says how an order was paid and rated, by numbers alone', async () => {
  const app = await startApp()
  const [mia, ana] = [await app.customer('Mia'), await app.vendor('Ana')]
  const order = await app.order(mia, { contact: { phone: '+49 30 5550177', address: '1 Main St' } })
  for (const status of ['accepted', 'on_the_way', 'in_progress', 'completed']) await ana.set(order, status)
  await ana.call('PUT', `/api/orders/${order.id}/payment`, { status: 'paid', method: 'cash', tip: 500 })
  await mia.call('PUT', `/api/orders/${order.id}/rating`, { stars: 4, text: '=HYPERLINK("https://evil.example")' })
  const total = (order.totalAmount / 100).toFixed(2)
  const cells = async () => {
    const { body } = await app.admin.get('/api/orders/export.csv')
    const [names = [], values = []] = String(body)
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','))
    const read = ['payment', 'paymentMethod', 'paidAmount', 'tip', 'refunded', 'stars']
    assert.not.match(String(body), 'HYPERLINK')
    return read.map((name) => values[names.indexOf(name)])
  }
  assert.equal(await cells(), ['paid', 'cash', total, '5.00', '', '4'])
  await app.admin.call('PUT', `/api/orders/${order.id}/payment`, { status: 'refunded' })
  const whole = ((order.totalAmount + 500) / 100).toFixed(2)
  assert.equal(await cells(), ['refunded', 'cash', total, '5.00', whole, '4'])
  await app.stop()
})

test.run()
