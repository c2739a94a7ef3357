import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PlaceOrder } from '#shared/order-input.ts'
import { Register } from '#shared/users.ts'
import { de } from '../../i18n/de.ts'
import { en } from '../../i18n/en.ts'
import { applyLanguage } from '../../i18n/index.ts'
import { fakeStorage } from '../../testing/storage.ts'
import { ApiError } from '../session/api-error.ts'
import { deletePersonal } from './drafts.ts'
import { createForm } from './form.ts'

const tab = fakeStorage()
Object.assign(globalThis, { sessionStorage: tab, localStorage: fakeStorage() })

const details = { name: 'Sam', email: 'sam@example.com', password: 'long enough' }

test('each error is shown at its field', async () => {
  const form = createForm({ name: '', email: 'sam', password: 'short' })
  await form.submit(Register, form.values.value, async () => assert.unreachable())
  assert.is(form.errors.value.name, 'Fill this in')
  assert.match(form.errors.value.email ?? '', /ana@example.com/)
  assert.match(form.errors.value.password ?? '', /8 characters/)
  assert.is(form.problem.value, null)
})

test('errors of the form itself, of the schema and of the whole are shown at once', async () => {
  const form = createForm({ phone: '', time: '' }, { paths: { phone: 'contact.phone', time: 'scheduledFor' } })
  const body = { items: [], contact: { phone: 'none', address: '1 Lane' }, scheduledFor: 'soon' }
  await form.submit(PlaceOrder, body, async () => assert.unreachable(), { time: () => 'Choose a day and a time' })
  assert.equal(form.errors.value, {
    phone: 'Write a number with digits, such as +1 555 0100',
    time: 'Choose a day and a time',
  })
  assert.is(form.problem.value, 'Choose at least one service')
})

test('an error of the form itself keeps a valid body from being sent', async () => {
  const form = createForm(details)
  const own = { name: 'Taken', email: undefined }
  assert.is(await form.submit(Register, form.values.value, async () => assert.unreachable(), own), null)
  assert.equal(form.errors.value, { name: 'Taken' })
  form.change('name', 'Ana')
  assert.is(await form.submit(Register, form.values.value, async ({ name }) => name, { name: undefined }), 'Ana')
})

test('while the schema is loaded the form is busy; a second press sends nothing', async () => {
  const form = createForm(details)
  let loaded = () => {}
  const schema = () => new Promise<typeof Register>((resolve) => (loaded = () => resolve(Register)))
  const sent: string[] = []
  const send = async ({ name }: { name: string }) => sent.push(name)
  const first = form.submit(schema, details, send)
  assert.is(form.sending.value, true)
  assert.is(await form.submit(schema, details, send), null)
  loaded()
  await first
  assert.equal([sent, form.sending.value], [['Sam'], false])

  const invalid = form.submit(schema, { ...details, email: 'sam' }, send)
  loaded()
  assert.is(await invalid, null)
  assert.equal([Object.keys(form.errors.value), form.sending.value], [['email'], false])
})

test('a refusal by the server is shown at its field, whatever its code', async () => {
  const form = createForm(details)
  const refuse = (errors: object[]) =>
    form.submit(Register, details, () => Promise.reject(new ApiError('email_taken', 409, 'Taken', { errors })))
  await refuse([{ path: 'email', message: 'Taken', code: 'email_taken' }])
  assert.equal(form.errors.value, { email: 'There is already an account with this e-mail. Sign in instead?' })
  assert.is(form.problem.value, null)
  await refuse([
    { path: 'name', message: 'Remove it', code: 'bidi_control' },
    { path: 'colour', message: 'Say which', code: 'unheard_of' },
  ])
  assert.equal(form.errors.value, { name: 'Remove the characters that change the writing direction' })
  assert.is(form.problem.value, 'Say which')
})

test('values are those of the inputs at submit, also without an input event', () => {
  const form = createForm({ ...details, role: 'vendor' })
  const inputs = new FormData()
  inputs.set('email', 'filled@example.com')
  inputs.set('password', 'by a manager')
  inputs.set('other', 'ignored')
  form.read(inputs)
  assert.equal(form.values.value, {
    name: 'Sam',
    email: 'filled@example.com',
    password: 'by a manager',
    role: 'vendor',
  })
})

test('what was typed outlives the page until it is sent or discarded; a password does not', async () => {
  const options = { draft: 'u1.person' }
  const open = () => createForm({ name: '', email: '', password: '' }, options)
  const first = open()
  first.change('name', 'Sam')
  first.change('password', 'long enough')
  assert.not.match(JSON.stringify(tab), /long enough/)
  assert.equal(open().values.value, { name: 'Sam', email: '', password: '' })
  assert.equal(createForm({ name: '' }, { draft: 'u2.person' }).values.value, { name: '' })

  const form = open()
  form.change('email', 'sam@example.com')
  form.change('password', 'long enough')
  await form.submit(Register, form.values.value, () => Promise.reject(new ApiError('session_ended', 401, 'ended')))
  await form.submit(Register, form.values.value, async () => false)
  assert.is(open().values.value.email, 'sam@example.com', 'a failure keeps it')
  await form.submit(Register, form.values.value, async () => {})
  assert.equal(open().values.value, { name: '', email: '', password: '' })

  form.change('name', 'Ana')
  form.reset()
  assert.equal([form.values.value.name, open().values.value.name], ['', ''])
  form.change('name', 'Ana')
  createForm({ name: '' }, { draft: 'u2.person' }).change('name', 'Ben')
  deletePersonal('u2')
  assert.equal(Object.keys(tab), ['callout.draft.u2.person'])
  deletePersonal(null)
  assert.equal(tab, {})
})

test('an error disappears when its field is changed, and typed values stay', async () => {
  const form = createForm({ ...details, name: ' ' })
  await form.submit(Register, form.values.value, async () => assert.unreachable())
  form.change('name', 'S')
  assert.is(form.errors.value.name, undefined)
  assert.equal(form.values.value, { ...details, name: 'S' })
})

test('errors of nested fields are shown at their field, also from the server', async () => {
  const form = createForm({ phone: '', address: '' }, { paths: { phone: 'contact.phone', address: 'contact.address' } })
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
