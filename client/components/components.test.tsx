import { closePage } from '../testing/dom.ts'
import { act, cleanup, fireEvent, render } from '@testing-library/preact'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { orderStatuses } from '#shared/order-status.ts'
import type { Renamed } from '#shared/orders.ts'
import { Register } from '#shared/users.ts'
import { ApiError } from '../models/session/api-error.ts'
import { createForm } from '../models/ui/form.ts'
import { anOrder } from '../testing/orders.ts'
import { t } from '../i18n/index.ts'
import { PasswordField, TextField } from './field.tsx'
import { Form } from './form.tsx'
import { LiveIndicator } from './live-indicator.tsx'
import { Segmented } from './segmented.tsx'
import { StatusChip, statusStyles } from './status-chip.tsx'
import { Timeline } from './timeline.tsx'

test.after.each(cleanup)
test.after(closePage)

test('every status has a label and an icon, not only a colour', () => {
  for (const status of orderStatuses) {
    const { container } = render(<StatusChip status={status} />)
    assert.is(container.textContent, t().orders.status[status])
    assert.ok(container.querySelector('[class*="icon-[lucide--"]'))
    cleanup()
  }
})

test('every status has an icon of the icon set and colours of the style sheet', () => {
  const css = readFileSync(new URL('../theme.css', import.meta.url), 'utf8')
  const icons: { icons: object } = createRequire(import.meta.url)('@iconify-json/lucide/icons.json')
  for (const { icon, text, chip } of Object.values(statusStyles)) {
    const [, name = ''] = /^icon-\[lucide--(.+)\]$/.exec(icon) ?? []
    assert.ok(Object.hasOwn(icons.icons, name), icon)
    for (const color of `${text} ${chip}`.split(' ')) {
      assert.match(css, `--color-${color.replace(/^(text|bg)-/, '')}:`, color)
    }
  }
})

test('the chosen segment is lighter than its track in both themes', () => {
  const css = readFileSync(new URL('../theme.css', import.meta.url), 'utf8')
  const lightness = (color: string) => {
    const [, light, dark] =
      new RegExp(`--color-${color}: light-dark\\(oklch\\(([\\d.]+) [^)]*\\), oklch\\(([\\d.]+) `).exec(css) ?? []
    return { light: Number(light), dark: Number(dark) }
  }
  const themes: ('light' | 'dark')[] = ['light', 'dark']
  const [chosen, track] = [lightness('chosen'), lightness('sunken')]
  for (const theme of themes) assert.ok(chosen[theme] - track[theme] > 0.04, theme)
  const options: { value: 'a'; label: string }[] = [{ value: 'a', label: 'A' }]
  const { container } = render(<Segmented<'a'> label="Choice" value="a" options={options} onChange={() => {}} />)
  assert.match(container.querySelector('label')?.className ?? '', /has-checked:bg-chosen/)
  assert.match(container.querySelector('fieldset')?.className ?? '', /bg-sunken/)
})

test('a field is linked to its label, its help and its error', () => {
  const form = createForm({ name: '' })
  const view = render(<TextField form={form} name="name" label="Name" help="As on your door" />)
  const input = view.getByLabelText('Name')
  assert.is(
    view.container.querySelector(`[id="${input.getAttribute('aria-describedby')}"]`)?.textContent,
    'As on your door',
  )
  form.fail({ name: 'Fill this in' })
  view.rerender(<TextField form={form} name="name" label="Name" help="As on your door" />)
  assert.is(input.getAttribute('aria-invalid'), 'true')
  const described = (input.getAttribute('aria-describedby') ?? '').split(' ')
  assert.equal(
    described.map((id) => view.container.querySelector(`[id="${id}"]`)?.textContent),
    ['As on your door', 'Fill this in'],
  )
})

test('several invalid fields are listed, the first has the focus; a single one is not listed', async () => {
  const form = createForm({ name: '', email: '', password: '' })
  const refuse = () =>
    Promise.reject(new ApiError('email_taken', 409, '', { errors: [{ path: 'email', message: 'Taken' }] }))
  const view = render(
    <Form form={form} onSubmit={() => form.submit(Register, form.values.value, refuse)}>
      <TextField form={form} name="name" label="Name" />
      <TextField form={form} name="email" label="E-mail" type="email" />
      <PasswordField form={form} name="password" label="Password" />
      <button type="submit">Send</button>
    </Form>,
  )
  const submit = () => act(async () => void fireEvent.click(view.getByText('Send')))
  const listed = () => [...view.container.querySelectorAll('[role=alert] button')].map((one) => one.textContent)
  await submit()
  assert.equal(listed(), ['Name', 'E-mail', 'Password'])
  assert.is(document.activeElement, view.getByLabelText('Name'))

  fireEvent.click(view.getByText('E-mail', { selector: 'button' }))
  assert.is(document.activeElement, view.getByLabelText('E-mail'))
  await act(() => void fireEvent.input(view.getByLabelText('E-mail'), { target: { value: 'sam@example.com' } }))
  assert.equal(listed(), ['Name', 'Password'])

  // A password manager sets values without an event.
  Object.assign(view.getByLabelText('Name'), { value: 'Sam' })
  Object.assign(view.getByLabelText('Password'), { value: 'long enough' })
  await submit()
  assert.equal(form.values.value, { name: 'Sam', email: 'sam@example.com', password: 'long enough' })
  assert.equal(form.errors.value, { email: 'Taken' })
  assert.equal(listed(), [])
  assert.is(document.activeElement, view.getByLabelText('E-mail'), 'a refusal by the server moves the focus too')
})

test('a password can be shown, and the input keeps its value', () => {
  const form = createForm({ password: '' })
  const view = render(<PasswordField form={form} name="password" label="Password" />)
  const input = () => view.getByLabelText('Password')
  fireEvent.input(input(), { target: { value: 'long enough' } })
  assert.is(form.values.value.password, 'long enough')
  assert.is(input().getAttribute('type'), 'password')
  fireEvent.click(view.getByLabelText('Show password'))
  assert.is.not(input().getAttribute('type'), 'password')
  assert.is(view.getByLabelText('Show password').getAttribute('aria-pressed'), 'true')
})

test('a new name is one line of the history; a customer’s new name is not in an offer', () => {
  const [entry] = anOrder().history
  assert.ok(entry)
  const linesOf = (renamed: Renamed) => {
    const { container } = render(<Timeline history={[entry, { ...entry, renamed }]} />)
    const [, line] = [...container.querySelectorAll('li')].map((item) => item.querySelector('p > span')?.textContent)
    assert.is(container.querySelectorAll('p').length, 3)
    cleanup()
    return line
  }
  assert.is(linesOf({ kind: 'service', id: 's1', from: 'Boiler', to: 'Heating' }), 'Service renamed: Boiler → Heating')
  assert.is(linesOf({ kind: 'customer', id: 'sam', from: null, to: null }), 'Customer renamed')
})

test('the live indicator shows the state of the connection', () => {
  const labelOf = (state: Parameters<typeof LiveIndicator>[0]['state']) => {
    const { container } = render(<LiveIndicator state={state} />)
    const { textContent } = container
    cleanup()
    return textContent
  }
  assert.is(labelOf({ phase: 'live' }), 'Live')
  assert.is(labelOf({ phase: 'catching_up' }), 'Catching up…')
  assert.match(labelOf({ phase: 'offline', since: Date.now() }) ?? '', /^Offline since \d/)
})

test.run()
