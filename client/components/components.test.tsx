import { closePage } from '../testing/dom.ts'
import { cleanup, fireEvent, render } from '@testing-library/preact'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { orderStatuses } from '#shared/order-status.ts'
import { createForm } from '../models/ui/form.ts'
import { t } from '../i18n/index.ts'
import { PasswordField, TextField } from './field.tsx'
import { LiveIndicator } from './live-indicator.tsx'
import { Segmented } from './segmented.tsx'
import { StatusChip, statusStyles } from './status-chip.tsx'

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
  const css = readFileSync(new URL('../style.css', import.meta.url), 'utf8')
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
  const css = readFileSync(new URL('../style.css', import.meta.url), 'utf8')
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
