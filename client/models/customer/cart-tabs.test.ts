import { closePage } from '../../testing/dom.ts'
import { createModel, signal } from '@preact/signals'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createCart } from './cart.ts'

const test = suite('the cart of several tabs')
test.after(closePage)
test.before.each(() => localStorage.clear())

const catalogue = { services: signal(null), currency: signal(null) }
// A browser sends the event `storage` to the other tabs; both of this test are in one page.
const Tab = createModel(() => ({ cart: createCart({ catalogue, customerId: 'ana' }) }))
const storageEvent = (key: string | null) => window.dispatchEvent(Object.assign(new Event('storage'), { key }))

test('two tabs share one cart', () => {
  const [first, second] = [new Tab(), new Tab()]
  first.cart.set('s1', 2)
  storageEvent('callout.cart.ana')
  assert.equal(second.cart.quantities.value, { s1: 2 })
  second.cart.set('s2', 1)
  storageEvent('callout.cart.ana')
  first.cart.set('s1', 3)
  assert.equal(JSON.parse(localStorage.getItem('callout.cart.ana') ?? ''), { s2: 1, s1: 3 })
  storageEvent('callout.cart.ana')
  second.cart.clear()
  storageEvent('callout.cart.ana')
  assert.equal(first.cart.quantities.value, {}, 'an order in one tab empties the cart of the other')
  for (const tab of [first, second]) tab[Symbol.dispose]()
})

test('a tab that was frozen reads the cart when it is visible again', () => {
  const tab = new Tab()
  tab.cart.set('s1', 1)
  localStorage.setItem('callout.cart.ana', '{"s1":5}')
  document.dispatchEvent(new Event('visibilitychange'))
  assert.equal(tab.cart.quantities.value, { s1: 5 })
  localStorage.clear()
  storageEvent(null)
  assert.equal(tab.cart.quantities.value, {})
  tab[Symbol.dispose]()
})

test('what is stored and cannot be read is an empty cart', () => {
  const tab = new Tab()
  tab.cart.set('s1', 1)
  localStorage.setItem('callout.cart.ana', '{"s1":"many"}')
  storageEvent('callout.cart.ana')
  assert.equal(tab.cart.quantities.value, {})
  tab[Symbol.dispose]()
})

test.run()
