import { closePage } from '../testing/dom.ts'
import { signal } from '@preact/signals'
import { act, cleanup, render } from '@testing-library/preact'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { someUser, someWorkspace } from '../testing/workspace.ts'
import { settled } from '../testing/orders.ts'
import { offlineError } from '../models/session/api-error.ts'
import UsersPage from '../pages/admin/users.tsx'
import { DevicesPage } from '../pages/vendor/devices.tsx'
import { useOrder } from './use-order.ts'
import { WorkspaceContext } from './workspace-context.ts'
import { anOrder } from '../testing/orders.ts'
import { t } from '../i18n/index.ts'

test.after.each(cleanup)
test.after(closePage)

const answers: Record<string, unknown> = {
  '/users': { users: [someUser('admin')] },
  '/invitations': { invitations: [] },
  '/devices': { devices: [] },
  '/mqtt': { port: 1883, tlsPort: null },
  '/orders/o1': anOrder({ id: 'o1' }),
}

function OrderNumber() {
  const { entry, problem } = useOrder('o1')
  return <p>{entry?.order.number ?? problem}</p>
}

const pages = {
  'the list of people': [UsersPage, 'me@example.com'],
  'a vendor’s devices': [DevicesPage, t().devices.empty],
  'an order by its address': [OrderNumber, 'N-o1'],
} as const

for (const [what, [Page, text]] of Object.entries(pages)) {
  test(`${what} is read by itself when the connection is back`, async () => {
    let [network, requests] = [false, 0]
    const caughtUp = signal(0)
    const created = someWorkspace('admin', {
      get: async (path, schema) => {
        requests++
        if (!network) throw offlineError()
        return schema.parse(answers[path])
      },
    })
    const { container } = render(
      <WorkspaceContext.Provider value={{ ...created, caughtUp }}>
        <Page />
      </WorkspaceContext.Provider>,
    )
    await act(settled)
    assert.not.ok(container.textContent?.includes(text))
    network = true
    await act(async () => {
      caughtUp.value++
      await settled()
    })
    await act(settled)
    assert.ok(container.textContent?.includes(text), container.textContent ?? '')
    const read = requests
    await act(async () => {
      caughtUp.value++
      await settled()
    })
    assert.is(requests, read, 'what was read is not read again')
  })
}

test.run()
