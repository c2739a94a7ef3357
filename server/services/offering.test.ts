import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { anOrder } from '../testing/records.ts'
import { createOffering, type OfferRules } from './offering.ts'

const offer = { to: ['ana'], round: 1, until: null, last: false }
const rules = (areUsed: boolean): OfferRules & { asked: string[] } => {
  const asked: string[] = []
  const noting =
    <T>(name: string, answer: T) =>
    async () => {
      asked.push(name)
      return answer
    }
  return {
    asked,
    areUsed: () => areUsed,
    forNew: noting('forNew', offer),
    again: noting('again', offer),
    able: noting('able', ['ana']),
  }
}

test('without rules, or with a feature that has none, an order is offered to all and nothing is asked', async () => {
  const unused = rules(false)
  for (const given of [null, unused]) {
    const offering = createOffering()
    if (given) offering.use(given)
    assert.is(offering.areRulesUsed(), false)
    assert.is(await offering.forNew(anOrder()), undefined)
    assert.is(await offering.again(anOrder()), undefined)
    assert.is(await offering.able(anOrder()), null)
    // The rules were removed while the order was offered to few.
    assert.equal(await offering.again(anOrder({ offer })), { to: null, round: 0, until: null, last: false })
  }
  assert.equal(unused.asked, [])
})

test('rules decide once they are used', async () => {
  const used = rules(true)
  const offering = createOffering()
  offering.use(used)
  assert.equal([await offering.forNew(anOrder()), await offering.again(anOrder())], [offer, offer])
  assert.equal([await offering.able(anOrder()), used.asked], [['ana'], ['forNew', 'again', 'able']])
})

test.run()
