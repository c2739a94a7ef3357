import '../../testing/dom.ts'
import { computed, signal } from '@preact/signals'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { alertOnNewOffers } from './offer-alert.ts'

test('offers that come during a break are not heard, then or later', () => {
  let played = 0
  const sound = { play: () => void played++, stop() {} }
  const [all, onBreak] = [signal<readonly string[]>(['a']), signal(false)]
  const shown = computed(() => (onBreak.value ? [] : all.value))
  alertOnNewOffers({ shown, known: all, ready: signal(true) }, sound)
  all.value = ['b', 'a']
  assert.equal([played, document.title], [1, '(2) Callout'])
  onBreak.value = true
  all.value = ['c', 'b', 'a']
  assert.equal([played, document.title], [1, 'Callout'])
  onBreak.value = false
  assert.equal([played, document.title], [1, '(3) Callout'])
})

test.run()
