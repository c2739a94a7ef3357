import * as assert from 'uvu/assert'
import { aPresence, aService, aSession, aUser } from '../../testing/records.ts'
import type { Store } from '../store.ts'
import { refusesDuplicate, type RegisterTest } from './rule.ts'

export function userContract(it: RegisterTest) {
  it('a user is found by id and by e-mail, whole and as a plain object', async ({ users }) => {
    const ana = aUser({ email: 'ana@example.com' })
    await users.create(ana)
    assert.equal(await users.byId(ana.id), ana)
    assert.equal(await users.byEmail('ana@example.com'), ana)
    assert.is(Object.getPrototypeOf(await users.byId(ana.id)), Object.prototype)
  })

  it('a user that does not exist is null', async ({ users }) => {
    assert.is(await users.byId('nothing'), null)
    assert.is(await users.byEmail('none@example.com'), null)
    assert.is(await users.change('nothing', { name: 'Dan' }), null)
  })

  it('an e-mail and an id are unique', async ({ users }) => {
    const ana = aUser()
    await users.create(ana)
    await refusesDuplicate('email', users.create(aUser({ email: ana.email })))
    await refusesDuplicate('id', users.create(aUser({ id: ana.id })))
  })

  it('of concurrent registrations with one e-mail, one succeeds', async ({ users }) => {
    const attempts = Array.from({ length: 20 }, () => users.create(aUser({ email: 'same@example.com' })))
    const outcomes = await Promise.allSettled(attempts)
    assert.is(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 1)
  })

  it('users are listed by name, then id, and filtered by role and activity', async ({ users }) => {
    await users.create(aUser({ id: 'u3', name: 'Bea', role: 'vendor' }))
    await users.create(aUser({ id: 'u2', name: 'Bea', role: 'vendor', active: false }))
    await users.create(aUser({ id: 'u1', name: 'Cleo', role: 'admin' }))
    await users.create(aUser({ id: 'u4', name: 'Abe', role: 'vendor' }))
    const ids = async (filter: Parameters<Store['users']['list']>[0]) => (await users.list(filter)).map(({ id }) => id)
    assert.equal(await ids({}), ['u4', 'u2', 'u3', 'u1'])
    assert.equal(await ids({ role: 'vendor' }), ['u4', 'u2', 'u3'])
    assert.equal(await ids({ role: 'vendor', active: true }), ['u4', 'u3'])
    assert.equal(await ids({ active: false }), ['u2'])
  })

  it('a change resolves to the changed user and leaves other fields unchanged', async ({ users }) => {
    const ana = aUser()
    await users.create(ana)
    assert.equal(await users.change(ana.id, { active: false }), { ...ana, active: false })
    assert.equal(await users.change(ana.id, { name: 'Ana B', passwordHash: 'new' }), {
      ...ana,
      active: false,
      name: 'Ana B',
      passwordHash: 'new',
    })
    assert.equal(await users.change(ana.id, {}), await users.byId(ana.id))
  })
}

export function sessionContract(it: RegisterTest) {
  it('a session is found by id until it is ended', async ({ sessions }) => {
    const session = aSession()
    await sessions.create(session)
    assert.equal(await sessions.byId(session.id), session)
    await sessions.end(session.id)
    assert.is(await sessions.byId(session.id), null)
    await sessions.end(session.id)
  })

  it('a user is found by id and own session until the session is ended', async ({ sessions, users }) => {
    const [ana, bob] = [aUser(), aUser()]
    for (const user of [ana, bob]) await users.create(user)
    const session = aSession({ userId: ana.id })
    await sessions.create(session)
    assert.equal(await users.inSession(ana.id, session.id), ana)
    assert.is(await users.inSession(bob.id, session.id), null)
    assert.is(await users.inSession('nothing', session.id), null)
    assert.is(await users.inSession(ana.id, 'nothing'), null)
    await sessions.end(session.id)
    assert.is(await users.inSession(ana.id, session.id), null)
  })

  it('of concurrent rotations of one token, one succeeds', async ({ sessions }) => {
    const session = aSession({ secretHash: 'old' })
    await sessions.create(session)
    const expiresAt = '2026-05-01T08:00:00.000Z'
    const rotations = Array.from({ length: 20 }, (_, n) => sessions.rotate(session.id, 'old', `new-${n}`, expiresAt))
    const won = (await Promise.all(rotations)).flatMap((rotated, n) => (rotated ? [`new-${n}`] : []))
    assert.is(won.length, 1)
    assert.equal(await sessions.byId(session.id), { ...session, secretHash: won[0], expiresAt })
    assert.is(await sessions.rotate('nothing', 'old', 'new', expiresAt), false)
  })

  it('endAllOf ends all sessions of one user and no other’s', async ({ sessions }) => {
    const [one, two, other] = [aSession(), aSession(), aSession({ userId: 'bob' })]
    for (const session of [one, two, other]) await sessions.create(session)
    await sessions.endAllOf('ana')
    assert.is(await sessions.byId(one.id), null)
    assert.is(await sessions.byId(two.id), null)
    assert.equal(await sessions.byId(other.id), other)
  })

  it('a sweep deletes expired sessions and counts them', async ({ sessions }) => {
    const valid = aSession({ expiresAt: '2026-03-03T00:00:00.000Z' })
    await sessions.create(valid)
    await sessions.create(aSession({ expiresAt: '2026-03-01T00:00:00.000Z' }))
    await sessions.create(aSession({ expiresAt: '2026-03-02T00:00:00.000Z' }))
    assert.is(await sessions.sweep('2026-03-02T12:00:00.000Z'), 2)
    assert.is(await sessions.sweep('2026-03-02T12:00:00.000Z'), 0)
    assert.equal(await sessions.byId(valid.id), valid)
  })
}

export function serviceContract(it: RegisterTest) {
  it('services are listed by name, then id, and filtered by activity', async ({ services }) => {
    const boiler = aService({ id: 'b', name: 'Boiler' })
    const again = aService({ id: 'a', name: 'Boiler', active: false })
    const attic = aService({ id: 'c', name: 'Attic' })
    for (const service of [boiler, again, attic]) await services.create(service)
    assert.equal(await services.list({}), [attic, again, boiler])
    assert.equal(await services.list({ active: true }), [attic, boiler])
    assert.equal(await services.list({ active: false }), [again])
  })

  it('byIds returns those services that exist', async ({ services }) => {
    const [one, two] = [aService(), aService()]
    for (const service of [one, two, aService()]) await services.create(service)
    const found = await services.byIds([two.id, 'nothing', one.id, one.id])
    assert.equal(found.map(({ id }) => id).sort(), [one.id, two.id].sort())
    assert.equal(await services.byIds([]), [])
  })

  it('a change resolves to the changed service, or null', async ({ services }) => {
    const service = aService({ description: 'Long' })
    await services.create(service)
    const change = { price: 0, description: '', active: false }
    assert.equal(await services.change(service.id, change), { ...service, ...change })
    assert.is(await services.change('nothing', { price: 1 }), null)
    await refusesDuplicate('id', services.create(service))
  })
}

export function presenceContract(it: RegisterTest) {
  it('the last record put for each vendor is stored', async ({ presence }) => {
    assert.equal(await presence.all(), [])
    const one = aPresence()
    const two = aPresence({ status: 'break', onBreak: true, lastSeenAt: '2026-03-02T09:00:00.000Z' })
    await presence.put(aPresence({ vendorId: one.vendorId, status: 'offline', onBreak: true }))
    await presence.put(two)
    await presence.put(one)
    const all = await presence.all()
    assert.equal(
      new Map(all.map((record) => [record.vendorId, record])),
      new Map([one, two].map((r) => [r.vendorId, r])),
    )
  })
}

export function keyValueContract(it: RegisterTest) {
  it('the last text put under a name is stored', async ({ keyValue }) => {
    assert.is(await keyValue.get('cursor'), null)
    await keyValue.put('cursor', 'a')
    await keyValue.put('cursor', 'b — «ñ»')
    await keyValue.put('other', '')
    assert.is(await keyValue.get('cursor'), 'b — «ñ»')
    assert.is(await keyValue.get('other'), '')
    await keyValue.remove('cursor')
    await keyValue.remove('nothing')
    assert.is(await keyValue.get('cursor'), null)
    assert.is(await keyValue.get('other'), '')
  })
}
