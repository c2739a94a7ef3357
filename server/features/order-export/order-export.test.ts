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
    'number,status,placed,scheduledFor,accepted,completed,customer,phone,address,area,lat,lng,vendor,items,total,currency,notes,lastNote,id,customerId,vendorId',
  )
  assert.is(others.length, 2)
  const [{ name, quantity }] = newest.items
  const accepted = (await app.admin.get(`/api/orders/${newest.id}`)).body.history[1].at
  assert.is(
    first,
    `${newest.number},accepted,${newest.createdAt},,${accepted},,"'=Mia ""M"", B.",'+49 30 5550177,1 Main St,Mitte,52.5,-13.4,Ana,` +
      `${quantity} × ${name},${(newest.totalAmount / 100).toFixed(2)},USD,'-Ring twice,,${newest.id},${mia.id},${ana.id}`,
  )
  assert.equal(linesOf((await app.admin.get('/api/orders/export.csv?status=accepted')).body), [head, first])
  assert.is((await app.admin.get('/api/orders/export.csv?status=nonsense')).status, 400)
  assert.is((await ana.get('/api/orders/export.csv')).status, 403)
  await app.stop()
})

test.run()
