import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startApp, type TestApp } from '../testing/app.ts'

const test = suite<{ app: TestApp }>('access to routes')

test.before(async (context) => {
  // A provider that is away: its routes exist only when it is configured.
  const provider = { OIDC_ISSUER: 'http://localhost:1', OIDC_CLIENT_ID: 'x', PUBLIC_URL: 'http://callout.test' }
  context.app = await startApp({ env: provider })
})
test.after(({ app }) => app.stop())

/** `link`: the holder of a tracking link, who is allowed everything. */
type Caller = 'customer' | 'vendor' | 'admin' | 'device' | 'integration' | 'dashboard' | 'display' | 'link'
type Access = 'open' | readonly Caller[]

const people = ['customer', 'vendor', 'admin'] as const
/** `display`: the token of a dashboard without contact details. */
const programs = ['integration', 'dashboard', 'display'] as const
const everyCaller = [...people, 'device', ...programs, 'link'] as const
const allWithoutLink = [...people, 'device', ...programs] as const
const peopleAndDevices = [...people, 'device'] as const
const [staff, admins, customers] = [['vendor', 'admin'], ['admin'], ['customer']] as const

/** The contract's table: who may call each route. */
const expected: Record<string, Access> = {
  'POST /auth/register': 'open',
  'POST /auth/login': 'open',
  'POST /auth/refresh': 'open',
  'POST /auth/logout': 'open',
  'GET /auth/me': peopleAndDevices,

  'POST /auth/password': people,
  'GET /auth/sessions': people,
  'DELETE /auth/sessions/:id': people,
  'GET /auth/profile': people,
  'PATCH /auth/me': people,

  'POST /auth/forgot': 'open',
  'POST /auth/link': 'open',
  'POST /auth/reset': 'open',
  'POST /auth/confirm-email': 'open',
  'POST /auth/confirm-email/send': customers,
  'GET /account/export': people,
  'POST /account/erase': people,
  'GET /users/:id/export': admins,
  'POST /users/:id/erase': admins,

  'POST /users/:id/reset': admins,
  'POST /users/invite': admins,
  'GET /invitations': admins,
  'POST /invitations/:id/repeat': admins,
  'DELETE /invitations/:id': admins,

  'POST /auth/second-factor': 'open',
  'GET /auth/second-factor': staff,
  'POST /auth/second-factor/start': staff,
  'POST /auth/second-factor/confirm': staff,
  'POST /auth/second-factor/recovery-codes': staff,
  'POST /auth/second-factor/off': staff,
  'DELETE /users/:id/second-factor': admins,
  'GET /auth/oidc': 'open',
  'GET /auth/oidc/start': 'open',
  'GET /auth/oidc/callback': 'open',

  'GET /openapi.json': 'open',
  'GET /asyncapi.json': 'open',

  'GET /services': allWithoutLink,
  'POST /services': admins,
  'PATCH /services/:id': admins,
  'POST /orders': ['customer', 'admin', 'integration'],
  'GET /orders': allWithoutLink,
  'GET /orders/:id': everyCaller,
  'PATCH /orders/:id': ['customer', 'admin', 'integration', 'link'],
  'PATCH /orders/:id/status': [...peopleAndDevices, 'integration', 'link'],
  'POST /orders/:id/assign': ['admin', 'integration'],
  'POST /orders/:id/follow-up': ['vendor', 'admin', 'integration'],
  'GET /orders/:id/messages': [...peopleAndDevices, 'integration', 'dashboard', 'link'],
  'POST /orders/:id/messages': [...peopleAndDevices, 'integration', 'link'],
  'POST /orders/:id/messages/read': [...peopleAndDevices, 'integration', 'link'],
  'POST /orders/:id/tracking': ['customer', 'admin', 'integration'],
  'DELETE /orders/:id/tracking': ['customer', 'admin', 'integration'],
  'GET /tracking': ['link'],
  'GET /tracking/settings': admins,
  'PUT /tracking/settings': admins,
  'POST /orders/:id/files': [...peopleAndDevices, 'integration', 'link'],
  'GET /files/:id': everyCaller,
  'DELETE /files/:id': ['admin', 'integration'],
  'POST /services/:id/picture': admins,
  'GET /orders/:id/pin': ['customer', 'admin', 'integration', 'link'],
  'POST /orders/:id/pin/unlock': ['admin', 'integration'],
  'GET /orders/:id/rating': [...people, 'integration', 'dashboard', 'display', 'link'],
  'PUT /orders/:id/rating': ['customer', 'link'],
  'GET /orders/:id/payment': [...people, 'integration', 'dashboard', 'display', 'link'],
  'PUT /orders/:id/payment': ['vendor', 'admin', 'device', 'integration'],
  'POST /payments/webhook': 'open',
  'POST /payments/stripe': 'open',
  'GET /messages/unread': [...people, 'integration'],
  'GET /customers': ['admin', 'integration'],
  'POST /customers/:id/invite': admins,
  'GET /vendors': ['admin', ...programs],
  'GET /users': ['admin', 'integration', 'dashboard'],
  'POST /users': admins,
  'PATCH /users/:id': admins,

  'POST /devices': staff,
  'GET /devices': staff,
  'DELETE /devices/:id': staff,
  'GET /mqtt': everyCaller,

  'GET /notifications': people,
  'POST /notifications/read': people,
  'GET /notifications/preferences': people,
  'PUT /notifications/preferences': people,
  'POST /notifications/locale': people,
  'GET /notifications/preview': admins,
  'GET /notifications/unsubscribe': 'open',
  'POST /notifications/unsubscribe': 'open',
  'GET /push/key': people,
  'GET /push/subscriptions': people,
  'POST /push/subscriptions': people,
  'DELETE /push/subscriptions/:id': people,
  'POST /push/test': people,

  'POST /tokens': admins,
  'GET /tokens': admins,
  'DELETE /tokens/:id': admins,

  'GET /webhooks': admins,
  'POST /webhooks': admins,
  'PATCH /webhooks/:id': admins,
  'DELETE /webhooks/:id': admins,
  'POST /webhooks/:id/secret': admins,
  'POST /webhooks/:id/test': admins,
  'GET /webhooks/:id/deliveries': admins,
  'POST /webhooks/:id/deliveries/:deliveryId/replay': admins,
  'GET /geocode': ['customer', 'admin', 'integration', 'link'],
  'GET /reasons': everyCaller,
  'PUT /reasons': admins,
  'GET /alerts': ['admin', ...programs],
  'POST /alerts/:kind/:orderId/acknowledge': ['admin', 'integration'],
  'GET /audit': admins,
  'GET /audit/export.csv': admins,
  'GET /orders/export.csv': ['admin', ...programs],
  'GET /orders/stats': ['admin', ...programs],
  'GET /map': [...people, ...programs, 'link'],
  'GET /orders/:id/position': [...peopleAndDevices, 'integration', 'dashboard', 'link'],
  'GET /positions': ['vendor', 'admin', 'device', ...programs],
  'POST /positions': ['vendor', 'device'],
  'GET /vendors/:id/positions': ['admin', 'integration', 'dashboard'],
  'GET /services/export.csv': ['admin', ...programs],
  'POST /services/import': admins,
  'GET /areas': ['admin', ...programs],
  'POST /areas': admins,
  'PATCH /areas/:id': admins,
  'DELETE /areas/:id': admins,
  'GET /orders/:id/vendors': ['admin', 'integration'],
  'POST /orders/check': ['customer', 'admin', 'integration'],
}

const nameOf = ({ method, path }: TestApp['routes'][number]) => `${method.toUpperCase()} ${path}`

test('the table names every route, and no other', ({ app }) => {
  assert.equal(app.routes.map(nameOf).sort(), Object.keys(expected).sort())
})

test('each route refuses every caller whom the table does not name, and no other', async ({ app }) => {
  const vendor = await app.vendor()
  const customer = await app.customer()
  const { id: order } = await app.order(customer)
  const rights = { change: true, cancel: true, message: true, rate: true }
  await app.admin.call('PUT', '/api/tracking/settings', rights)
  const tokenOf = async (given: object): Promise<string> =>
    (await app.admin.post('/api/tokens', { name: 'x', ...given })).body.secret
  const tokens: Record<Caller, string> = {
    customer: customer.token,
    vendor: vendor.token,
    admin: app.admin.token,
    device: (await vendor.device()).token,
    integration: await tokenOf({ scope: 'integration' }),
    dashboard: await tokenOf({ scope: 'dashboard' }),
    display: await tokenOf({ scope: 'dashboard', contact: false }),
    link: (await customer.post(`/api/orders/${order}/tracking`)).body.token,
  }
  let refused = 0
  for (const [name, access] of Object.entries(expected)) {
    const [method = '', pattern = ''] = name.split(' ')
    const path = `/api${pattern.replace(/:\w+/g, 'x')}`
    const body = method === 'GET' || method === 'DELETE' ? undefined : {}
    const codeFor = async (token: string | null) => {
      const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` }
      return (await app.call(method, path, body, headers)).body?.code
    }
    const anonymous = await codeFor(null)
    // Signing out needs a token, of any kind.
    if (access === 'open' && pattern !== '/auth/logout') assert.is.not(anonymous, 'unauthenticated', name)
    if (access === 'open') continue
    assert.is(anonymous, 'unauthenticated', name)
    for (const caller of everyCaller) {
      const code = await codeFor(tokens[caller])
      if (access.includes(caller)) {
        assert.not.ok(code === 'forbidden' || code === 'unauthenticated', `${name} by ${caller}: ${code}`)
        continue
      }
      assert.is(code, 'forbidden', `${name} by ${caller}`)
      refused++
    }
  }
  assert.ok(refused > 100, String(refused))
})

test.run()
