import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type * as z from 'zod/mini'
import { PlaceOrder } from '#shared/order-input.ts'
import { Register } from '#shared/users.ts'
import { de } from '../../i18n/de.ts'
import { applyLanguage } from '../../i18n/index.ts'
import { fieldErrorText } from './field-errors.ts'

/** The texts for all issues of a body, by path. */
function textsFor(schema: z.ZodMiniType, body: unknown): Record<string, string> {
  const issues = schema.safeParse(body).error?.issues ?? []
  return Object.fromEntries(
    issues.map((issue) => {
      const path = issue.path.join('.')
      return [path, fieldErrorText({ ...issue, path })]
    }),
  )
}

test('each code of zod has a text', () => {
  assert.equal(textsFor(Register, { name: ' ', email: 'sam', password: 'short' }), {
    name: 'Fill this in',
    email: 'Write an e-mail address such as ana@example.com',
    password: 'Use at least 8 characters',
  })
  const contact = { phone: '5550100', address: 'a'.repeat(301) }
  assert.equal(textsFor(PlaceOrder, { items: [], contact, scheduledFor: 'soon', extra: 1 }), {
    items: 'Choose at least one service',
    'contact.address': 'Use at most 300 characters',
    scheduledFor: 'This does not look right',
    '': 'Unknown field',
  })
  const items = [{ serviceId: 's', quantity: 0 }, { serviceId: 's', quantity: 1000 }, { serviceId: 7 }]
  assert.equal(textsFor(PlaceOrder, { items, contact: { phone: '5550100', address: '1 Lane' } }), {
    'items.0.quantity': 'At least 1',
    'items.1.quantity': 'At most 999',
    'items.2.serviceId': 'This does not look right',
    'items.2.quantity': 'This does not look right',
  })
})

test('a text that is there but wrong says what is expected', () => {
  const body = { items: [{ serviceId: 's', quantity: 1 }], contact: { phone: 'none', address: 'x' } }
  assert.equal(textsFor(PlaceOrder, body), {
    'contact.phone': 'Write a number with digits, such as +1 555 0100',
    'contact.address': 'Write street, number and town',
  })
  assert.equal(textsFor(PlaceOrder, { ...body, contact: { phone: ' ', address: '' } }), {
    'contact.phone': 'Fill this in',
    'contact.address': 'Fill this in',
  })
  assert.equal(textsFor(Register, { name: 'A\u0000', email: 'a@localhost', password: ' '.repeat(9) }), {
    name: 'Remove the characters that cannot be shown',
    password: 'Use at least one character that can be seen',
  })
})

test('an entry of a problem document has the same text; an unknown code shows the message of the server', () => {
  const error = { path: 'name', message: 'Too small', code: 'too_small', origin: 'string', minimum: 8 }
  assert.is(fieldErrorText(error), 'Use at least 8 characters')
  assert.is(fieldErrorText({ path: 'name', message: 'We do not go there', code: 'far_away' }), 'We do not go there')
  assert.is(fieldErrorText({ path: 'name', message: 'We do not go there' }), 'We do not go there')
})

test('the texts follow the language', () => {
  applyLanguage('de', de)
  assert.equal(textsFor(Register, { name: '', email: 'sam@example.com', password: 'short' }), {
    name: 'Bitte ausfüllen',
    password: 'Mindestens 8 Zeichen',
  })
})

test.run()
