import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PlaceOrder } from '#shared/orders.ts'
import { Register } from '#shared/users.ts'
import { de } from '../../i18n/de.ts'
import { en } from '../../i18n/en.ts'
import { applyLanguage } from '../../i18n/index.ts'
import { ApiError } from '../session/api-error.ts'
import { createForm } from './form.ts'

const details = { name: 'Sam', email: 'sam@example.com', password: 'long enough' }

test('each error is shown at its field', async () => {
  const form = createForm({ name: '', email: 'sam', password: 'short' })
  await form.submit(Register, form.values.value, async () => assert.unreachable())
  assert.is(form.errors.value.name, 'Fill this in')
  assert.match(form.errors.value.email ?? '', /ana@example.com/)
  assert.match(form.errors.value.password ?? '', /8 characters/)
  assert.is(form.problem.value, null)
})

test('an error disappears when its field is changed, and typed values stay', async () => {
  const form = createForm({ ...details, name: ' ' })
  await form.submit(Register, form.values.value, async () => assert.unreachable())
  form.change('name', 'S')
  assert.is(form.errors.value.name, undefined)
  assert.equal(form.values.value, { ...details, name: 'S' })
})

test('errors of nested fields are shown at their field, also from the server', async () => {
  const form = createForm({ phone: '', address: '' }, { phone: 'contact.phone', address: 'contact.address' })
  const body = { items: [{ serviceId: 's', quantity: 1 }], contact: { phone: '', address: '1 Lane' } }
  await form.submit(PlaceOrder, body, async () => assert.unreachable())
  assert.is(form.errors.value.phone, 'Fill this in')

  const problem = { errors: [{ path: 'contact.address', message: 'We do not go there' }] }
  await form.submit(PlaceOrder, { ...body, contact: { phone: '5550100', address: '1 Lane' } }, () =>
    Promise.reject(new ApiError('invalid_request', 400, 'wrong', problem)),
  )
  assert.equal(form.errors.value, { address: 'We do not go there' })
})

test('an error of no field is shown for the whole form', async () => {
  const form = createForm(details)
  await form.submit(Register, form.values.value, () =>
    Promise.reject(new ApiError('email_taken', 409, 'There is one already')),
  )
  assert.is(form.problem.value, 'There is already an account with this e-mail. Sign in instead?')
})

test('is sent once, however often the button is pressed', async () => {
  const form = createForm(details)
  let sent = 0
  const send = async () => void sent++
  await Promise.all([1, 2, 3].map(() => form.submit(Register, form.values.value, send)))
  assert.is(sent, 1)
  assert.is(form.sending.value, false)
})

test('the errors on the screen follow the language', async () => {
  const form = createForm({ ...details, name: '' })
  await form.submit(Register, form.values.value, async () => assert.unreachable())
  applyLanguage('de', de)
  assert.is(form.errors.value.name, 'Bitte ausfüllen')
  form.change('name', 'Sam')
  await form.submit(Register, form.values.value, () => Promise.reject(new ApiError('internal', 500, 'broken')))
  assert.match(form.problem.value ?? '', /^Bei uns/)
  applyLanguage('en', en)
  assert.match(form.problem.value ?? '', /^Something broke/)
})

test.run()
