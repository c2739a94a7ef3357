import { closePage } from '../../testing/dom.ts'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { draftsOf, draftsOfService, newGroup, optionsOf, textOf } from './option-drafts.ts'

const test = suite('the options of a service as they are typed')

test.after(closePage)

const options = [
  {
    name: 'Size',
    required: true,
    choose: 'one' as const,
    choices: [
      { id: 'a', name: 'Small', price: 0 },
      { id: 'b', name: 'Large', price: 1550, durationMinutes: 30 },
    ],
  },
]

test('what is shown in the form is sent as it was, with its ids', () => {
  const drafts = draftsOf(textOf(draftsOfService({ options, currency: 'USD' })))
  assert.equal(
    drafts[0]?.choices.map(({ price, minutes }) => [price, minutes]),
    [
      ['', ''],
      ['15.50', '30'],
    ],
  )
  assert.equal(optionsOf(drafts, 'USD'), options)
})

test('a group without a name, an amount that cannot be read and a broken draft are no options', () => {
  assert.is(optionsOf([newGroup()], 'USD'), null)
  const choices = [{ name: 'Oven', price: 'ten', minutes: '' }]
  assert.is(optionsOf([{ ...newGroup(), name: 'Extras', choices }], 'USD'), null)
  assert.equal([draftsOf('['), draftsOf('[{"name":1}]')], [[], []])
})

test.run()
