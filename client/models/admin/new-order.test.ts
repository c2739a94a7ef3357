import { closePage } from '../../testing/dom.ts'
import { signal } from '@preact/signals'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type * as z from 'zod/mini'
import type { Service } from '#shared/catalogue.ts'
import { PlaceOrder } from '#shared/order-input.ts'
import { en } from '../../i18n/en.ts'
import { createOrders } from '../../live/orders.ts'
import { anOrder } from '../../testing/orders.ts'
import { createNewOrder } from './new-order.ts'

const test = suite('an order for a caller')

test.after(closePage)

const plain = { description: '', currency: 'USD', durationMinutes: 60, active: true }
const door: Service = { ...plain, id: 'door', name: 'Door', price: 100 }
const windows: Service = {
  ...plain,
  id: 'windows',
  name: 'Windows',
  price: 4000,
  options: [
    {
      name: 'Size',
      required: true,
      choose: 'one',
      choices: [
        { id: 'small', name: 'Small', price: 0 },
        { id: 'large', name: 'Large', price: 1500 },
      ],
    },
  ],
}

function panel() {
  const sent: PlaceOrder[] = []
  const api = {
    get: async <S extends z.ZodMiniType>(_path: string, schema: S) => schema.parse({ customers: [] }),
    async post<S extends z.ZodMiniType>(_path: string, schema: S, body: unknown) {
      sent.push(PlaceOrder.parse(body))
      return schema.parse(anOrder({ id: 'placed' }))
    },
  }
  const model = createNewOrder({ api, orders: createOrders(), services: signal([door, windows]) })
  for (const [name, value] of [
    ['phone', '5550100'],
    ['name', 'Mia'],
    ['address', '1 Lane'],
    ['service', 'windows'],
    ['quantity', '2'],
  ] as const)
    model.form.change(name, value)
  return { model, sent }
}

test('a service with required options is placed with them and the total that was shown, and not without', async () => {
  const { model, sent } = panel()
  assert.equal(model.problems.value, [], 'nothing is missing before it is tried')
  assert.is(await model.place(), null)
  assert.equal(model.problems.value, [{ code: 'option_required', group: 'Size' }])
  assert.equal([sent.length, model.form.errors.value.service], [0, en.newOrder.chooseOptions])
  model.setChoices(['large'])
  assert.is(model.total.value, 11_000)
  assert.is((await model.place())?.id, 'placed')
  const [{ items, expectedTotal } = { items: [], expectedTotal: 0 }] = sent
  assert.equal([items, expectedTotal], [[{ serviceId: 'windows', quantity: 2, options: ['large'] }], 11_000])
})

test('the options of another service are not sent', async () => {
  const { model, sent } = panel()
  model.setChoices(['large'])
  model.form.change('service', 'door')
  assert.equal([model.choices.value, model.total.value], [[], 200])
  await model.place()
  assert.equal(sent[0]?.items, [{ serviceId: 'door', quantity: 2 }])
  model.form.change('quantity', 'two')
  assert.is(model.total.value, null)
})

test.run()
