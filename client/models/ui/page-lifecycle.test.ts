import { closePage } from '../../testing/dom.ts'
import { signal } from '@preact/signals'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { t } from '../../i18n/index.ts'
import type { LiveState } from '../../live/live.ts'
import { dismissNotice, notices, showNotice } from './notices.ts'
import { followPage } from './page-lifecycle.ts'

test.after(closePage)
test.after(() => notices.peek().forEach(({ id }) => dismissNotice(id)))

test('notices that say there is no connection go when there is one; others stay', () => {
  const state = signal<LiveState>({ phase: 'offline', since: 0 })
  const unused = () => {}
  const stop = followPage({ state, wake: unused, drop: unused, show: async () => {} })
  const shown = () => notices.value.map(({ text }) => text)
  for (const text of [t().errors.offline, t().notices.statusUnsent]) showNotice(text, 'problem')
  assert.is(shown().length, 2)
  state.value = { phase: 'live' }
  assert.equal(shown(), [])
  state.value = { phase: 'offline', since: 0 }
  showNotice(t().offline.willBeSent, 'waiting')
  showNotice('Another vendor was faster', 'problem')
  state.value = { phase: 'catching_up' }
  assert.is(shown().length, 2)
  state.value = { phase: 'live' }
  assert.equal(shown(), ['Another vendor was faster'])
  stop()
})

test.run()
