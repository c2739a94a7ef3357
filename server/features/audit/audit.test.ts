import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { AuditList, type AuditEntry } from '#shared/audit.ts'
import { type Person, startApp, type TestApp } from '../../testing/app.ts'
import { StillClock } from '../../testing/clock.ts'
import { aUser } from '../../testing/records.ts'
import { emptyStore, withStoreOf } from '../../testing/store.ts'
import { auditRecords, createAuditStore } from './audit-records.ts'
import { createAuditService } from './audit.service.ts'

const test = suite<{ app: TestApp }>('audit log')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

const listOf = async (admin: Person, query = ''): Promise<AuditEntry[]> =>
  AuditList.parse((await admin.get(`/api/audit${query}`)).body).entries
/** The newest entry of this action. */
async function newest(app: TestApp, action: string): Promise<AuditEntry> {
  const found = (await listOf(app.admin)).find((entry) => entry.action === action)
  if (!found) throw new Error(`there is no entry "${action}"`)
  return found
}

test('an entry says who did what to whom, from where, with the changed fields before and after', async ({ app }) => {
  const vendor = await app.vendor('Ben')
  const answer = await app.admin.call(
    'PATCH',
    `/api/users/${vendor.id}`,
    { name: 'Benjamin' },
    { 'x-request-id': 'r-1' },
  )
  assert.is(answer.status, 200)
  const { id, at, ...entry } = await newest(app, 'account changed')
  assert.equal(entry, {
    action: 'account changed',
    by: { id: app.admin.id, name: app.admin.user.name },
    user: { id: vendor.id, name: 'Benjamin' },
    address: '127.0.0.1',
    requestId: 'r-1',
    details: { role: 'vendor', fields: ['name'] },
    changes: { name: { before: 'Ben', after: 'Benjamin' } },
  })
  assert.ok(id && Date.parse(at) <= Date.now())
})

test('acts of admins and security events are entries; what else people do is none', async ({ app }) => {
  const [vendor, customer] = [await app.vendor(), await app.customer()]
  const order = await app.order(customer)
  const [service] = await app.services()
  const before = (await listOf(app.admin)).length
  await vendor.set(order, 'accepted')
  await customer.get('/api/orders')
  assert.is((await listOf(app.admin)).length, before, 'daily work')

  const other = await app.vendor()
  const hook = { url: 'https://example.com/hook', events: ['order.placed'] }
  const { webhook } = (await app.admin.post('/api/webhooks', hook)).body
  const steps: [string, () => Promise<unknown>, Partial<AuditEntry>][] = [
    [
      'order assigned',
      () => app.admin.post(`/api/orders/${order.id}/assign`, { vendorId: other.id, reason: 'Ill' }),
      { details: { order: order.id, number: order.number, version: 3, vendor: other.id } },
    ],
    [
      'order changed by an admin',
      () => app.admin.set(order, 'cancelled', { reason: 'Storm' }),
      { changes: { status: { before: 'accepted', after: 'cancelled' } } },
    ],
    [
      'service changed',
      () => app.admin.patch(`/api/services/${service?.id}`, { price: 12_345 }),
      { changes: { price: { before: service?.price, after: 12_345 } } },
    ],
    ['service made', () => app.admin.post('/api/services', { name: 'Roof', price: 100, durationMinutes: 5 }), {}],
    [
      'webhook changed',
      () => app.admin.patch(`/api/webhooks/${webhook.id}`, { active: false }),
      { changes: { active: { before: true, after: false } } },
    ],
    ['device token made', () => vendor.device(), { by: { id: vendor.id, name: vendor.user.name } }],
    ['account made', () => app.customer('Cleo'), { by: null }],
    [
      'signed in',
      () => app.signIn(vendor.user.email, app.password),
      { user: { id: vendor.id, name: vendor.user.name } },
    ],
    [
      'account changed',
      () => app.admin.patch(`/api/users/${vendor.id}`, { active: false }),
      { changes: { active: { before: true, after: false } } },
    ],
    [
      'account changed',
      () => app.admin.patch(`/api/users/${other.id}`, { password: 'a password of 2026' }),
      { details: { role: 'vendor', fields: ['password'] }, changes: {} },
    ],
  ]
  for (const [action, act, expected] of steps) {
    await act()
    const entry = await newest(app, action)
    assert.equal({ ...entry, ...expected }, entry, action)
  }
  const everything = JSON.stringify(await listOf(app.admin, '?limit=200'))
  for (const secret of ['a password of 2026', app.password, '$argon2', 'dev_', 'whsec_']) {
    assert.is(everything.includes(secret), false, `no ${secret}`)
  }
})

test('a failed sign-in names the account that exists, or the address that was typed', async ({ app }) => {
  const { user } = await app.vendor()
  const wrong = (email: string) => app.call('POST', '/api/auth/login', { email, password: 'wrong' })
  assert.is((await wrong(user.email)).status, 401)
  const known = await newest(app, 'sign-in failed')
  assert.equal([known.user?.id, known.details.account, known.by], [user.id, undefined, null])
  await wrong('nobody@example.com')
  const unknown = await newest(app, 'sign-in failed')
  assert.equal([unknown.user, unknown.details.account], [null, 'nobody@example.com'])
})

test('the log is for admins, and is read only', async ({ app }) => {
  const [vendor, customer] = [await app.vendor(), await app.customer()]
  const { token } = await vendor.device()
  for (const path of ['/api/audit', '/api/audit/export.csv']) {
    assert.is((await vendor.get(path)).status, 403)
    assert.is((await customer.get(path)).status, 403)
    assert.is((await app.call('GET', path)).status, 401)
    assert.is((await app.call('GET', path, undefined, { authorization: `Bearer ${token}` })).status, 403)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      assert.is((await app.admin.call(method, path, {})).status, 405, `${method} ${path}`)
    }
  }
})

test('no request to any route changes or deletes an entry', async ({ app }) => {
  await app.admin.patch(`/api/users/${(await app.vendor()).id}`, { name: 'Benjamin' })
  const stored = () =>
    withStoreOf(app.dataDir, async (store) =>
      (await store.collection(auditRecords).list()).sort((a, b) => a.id.localeCompare(b.id)),
    )
  const before = await stored()
  const { id = '', ...entry } = before.at(-1) ?? {}
  assert.ok(id)
  const admin = await app.demo(app.admin.user.email)
  const isEnd = (path: string) => Number(path === '/auth/logout')
  const patterns = [...new Set(app.routes.map(({ path }) => path)), '/audit/:id'].sort((a, b) => isEnd(a) - isEnd(b))
  for (const pattern of patterns) {
    const path = `/api${pattern.replaceAll(/:\w+/g, id)}`
    await admin.get(path)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      for (const body of [{}, { ...entry, action: 'other' }]) await admin.call(method, path, body)
  }
  const after = new Map((await stored()).map((one) => [one.id, one]))
  assert.equal(
    before.map((one) => after.get(one.id)),
    before,
  )
})

test('the CSV has every entry that matches, and no formula', async ({ app }) => {
  await app.admin.post('/api/services', { name: '=1+1', price: 1, durationMinutes: 5 })
  await app.customer('=cmd()')
  const answer = await app.admin.get('/api/audit/export.csv')
  assert.match(answer.headers.get('content-type') ?? '', 'text/csv')
  assert.match(answer.headers.get('content-disposition') ?? '', 'audit-log.csv')
  const [head = '', ...lines] = String(answer.body).trimEnd().split('\r\n')
  assert.is(head, 'at,action,by,byId,user,userId,address,requestId,details,changes')
  assert.ok(lines.some((line) => line.includes(`,'=cmd(),`)))
  assert.is(lines.filter((line) => /(^|,)"?[=+@-]/.test(line)).length, 0)
  const { length } = await listOf(app.admin, '?limit=200')
  assert.is(lines.length, length, 'the export is an entry of its own')
  const some = await app.admin.get('/api/audit/export.csv?q=service%20made')
  assert.ok(String(some.body).trimEnd().split('\r\n').length < lines.length)
})

/** The service on a store of its own. */
async function onStore() {
  const { store, close } = await emptyStore([auditRecords])
  const clock = new StillClock()
  const entries = createAuditStore(store)
  const withKeep = (keepAudit: number | null) => createAuditService({ entries, users: store.users, clock, keepAudit })
  const service = withKeep(null)
  const note = (action: string, details = {}) =>
    service.record({ action, by: null, address: null, requestId: 'r', details })
  return { store, close, clock, service, note, withKeep }
}

test('a search finds words in any field and names, between two times, in pages', async () => {
  const { store, close, clock, service, note } = await onStore()
  await store.users.create(aUser({ id: 'ana', name: 'Ana Petrova' }))
  const times: string[] = []
  for (let n = 0; n < 6; n++) {
    times.push(new Date(clock.now()).toISOString())
    await note(n % 2 === 0 ? 'signed in' : 'service changed', n % 2 === 0 ? { user: 'ana' } : { name: `Roof ${n}` })
    clock.advance(60_000)
  }
  const actions = async (query: object) => (await service.list(query)).entries.map(({ at }) => times.indexOf(at))
  assert.equal(await actions({}), [5, 4, 3, 2, 1, 0])
  assert.equal(await actions({ q: 'PETROVA signed' }), [4, 2, 0])
  assert.equal(await actions({ q: 'roof 3' }), [3])
  assert.equal(await actions({ action: 'service changed', q: '5' }), [5])
  assert.equal(await actions({ action: 'service' }), [])
  assert.equal(await actions({ from: times[1], to: times[4] }), [3, 2, 1])
  const seen: number[] = []
  let cursor: string | undefined
  do {
    const page = await service.list({ limit: 2, q: 'ana', cursor })
    seen.push(...page.entries.map(({ at }) => times.indexOf(at)))
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  assert.equal(seen, [4, 2, 0])
  await close()
})

test('a page of a search reads 2,000 entries at most and goes on from there', async () => {
  const { close, clock, service, note } = await onStore()
  await note('the oldest')
  clock.advance(1)
  await Promise.all(Array.from({ length: 2_100 }, () => note('other')))
  const first = await service.list({ q: 'oldest' })
  assert.is(first.entries.length, 0)
  const second = await service.list({ q: 'oldest', cursor: first.nextCursor ?? '' })
  assert.equal([second.entries.length, second.nextCursor], [1, null])
  await close()
})

test('entries are kept for ever, or as long as KEEP_AUDIT says', async () => {
  const { store, close, clock, service, note, withKeep } = await onStore()
  await note('old')
  clock.advance(10 * 86_400_000)
  await note('new')
  const afterSweep = async ({ sweep }: typeof service) => {
    await sweep(new Date(clock.now()).toISOString())
    return (await store.collection(auditRecords).list()).map(({ action }) => action).sort()
  }
  assert.equal(await afterSweep(service), ['new', 'old'])
  assert.equal(await afterSweep(withKeep(11 * 86_400)), ['new', 'old'])
  assert.equal(await afterSweep(withKeep(5 * 86_400)), ['new'])
  await close()
})

test.run()
