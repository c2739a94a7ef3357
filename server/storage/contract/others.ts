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

  it('a changed e-mail finds the user, and the one before it does not; that of another user is refused', async ({
    users,
  }) => {
    const [ana, ben] = [aUser({ email: 'ana@example.com' }), aUser({ email: 'ben@example.com' })]
    for (const user of [ana, ben]) await users.create(user)
    const changed = { ...ana, email: 'ana@example.org' }
    assert.equal(await users.change(ana.id, { email: changed.email }), changed)
    assert.equal(await users.byEmail(changed.email), changed)
    assert.is(await users.byEmail(ana.email), null)
    await refusesDuplicate('email', users.change(ana.id, { email: ben.email, name: 'Ben' }))
    assert.equal(await users.byId(ana.id), changed)
  })
}

const active = async ({ users }: Store) => (await users.list({ role: 'admin', active: true })).map(({ id }) => id)

export function deactivationContract(it: RegisterTest) {
  it('a deactivation resolves to the changed user, or null', async ({ users }) => {
    const ana = aUser({ role: 'vendor' })
    await users.create(ana)
    assert.equal(await users.deactivate(ana.id, { name: 'Ana B' }), { ...ana, name: 'Ana B', active: false })
    assert.equal(await users.deactivate(ana.id, {}), { ...ana, name: 'Ana B', active: false })
    assert.is(await users.deactivate('nothing', {}), null)
  })

  it('the last active admin is not deactivated; inactive admins and others do not count', async (store) => {
    const [ana, ben] = [aUser({ role: 'admin' }), aUser({ role: 'admin', active: false })]
    for (const user of [ana, ben, aUser({ role: 'vendor' }), aUser()]) await store.users.create(user)
    assert.is(await store.users.deactivate(ana.id, { name: 'Gone' }), 'last_admin')
    assert.equal(await store.users.byId(ana.id), ana)
    await store.users.change(ben.id, { active: true })
    assert.equal(await store.users.deactivate(ana.id, {}), { ...ana, active: false })
    assert.is(await store.users.deactivate(ben.id, {}), 'last_admin')
    // An admin who was deactivated once counts again after the next activation.
    await store.users.change(ana.id, { active: true })
    assert.equal(await store.users.deactivate(ben.id, {}), { ...ben, active: false })
    assert.equal(await active(store), [ana.id])
  })

  it('of admins who are all deactivated at once, one remains', async (store) => {
    const admins = Array.from({ length: 4 }, () => aUser({ role: 'admin' }))
    for (const admin of admins) await store.users.create(admin)
    for (let round = 0; round < 5; round++) {
      const outcomes = await Promise.all(admins.map(({ id }) => store.users.deactivate(id, {})))
      assert.is(outcomes.filter((outcome) => outcome === 'last_admin').length, 1)
      assert.is((await active(store)).length, 1)
      await Promise.all(admins.map(({ id }) => store.users.change(id, { active: true })))
    }
  })
}

export function departureContract(it: RegisterTest) {
  it('a departure is unfinished until it is finished; an earlier one does not finish a later one', async ({
    departures,
  }) => {
    const by = { id: 'a', name: 'Ada', role: 'admin' } as const
    const first = { vendorId: 'v', id: 'd1', by, reassignTo: null, unfinished: true }
    const second = { ...first, id: 'd2', reassignTo: 'w' }
    await departures.put(first)
    await departures.put(second)
    await departures.finish(first)
    assert.equal(await departures.unfinished(), [second])
    await departures.finish(second)
    assert.equal(await departures.unfinished(), [])
    assert.equal(await departures.of('v'), { ...second, unfinished: false })
    assert.is(await departures.of('nothing'), null)
  })
}

export function renameContract(it: RegisterTest) {
  it('a rename is listed until it is removed', async ({ renames }) => {
    const by = { id: 'a', name: 'Ada', role: 'admin' } as const
    const first = { id: 'r1', kind: 'vendor', subjectId: 'v', name: 'Ana', by, at: '2026-03-02T08:00:00.000Z' } as const
    const second = { ...first, id: 'r2', kind: 'service', name: '“Boiler” & co' } as const
    await renames.create(first)
    await renames.create(second)
    assert.equal(await renames.all(), [first, second])
    await renames.remove('r1')
    await renames.remove('nothing')
    assert.equal(await renames.all(), [second])
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

  it('of concurrent rotations of one token one succeeds, and the session holds the previous secret with the time', async ({
    sessions,
  }) => {
    const session = aSession({ secretHash: 'old' })
    await sessions.create(session)
    const times = { rotatedAt: '2026-04-01T08:00:00.000Z', expiresAt: '2026-05-01T08:00:00.000Z' }
    const rotations = Array.from({ length: 20 }, (_, n) => sessions.rotate(session.id, 'old', `new-${n}`, times))
    const won = (await Promise.all(rotations)).flatMap((rotated, n) => (rotated ? [`new-${n}`] : []))
    assert.is(won.length, 1)
    assert.equal(await sessions.byId(session.id), {
      ...session,
      secretHash: won[0],
      previousHash: 'old',
      ...times,
    })
    assert.is(await sessions.rotate('nothing', 'old', 'new', times), false)
  })

  it('the sessions of one user are listed, with their browsers', async ({ sessions }) => {
    const [one, two, other] = [aSession({ userAgent: 'Firefox' }), aSession(), aSession({ userId: 'bob' })]
    for (const session of [one, two, other]) await sessions.create(session)
    const listed = await sessions.listOf('ana')
    assert.equal(
      listed.sort((a, b) => a.id.localeCompare(b.id)),
      [one, two],
    )
    assert.equal(await sessions.listOf('nothing'), [])
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
    assert.equal([await keyValue.create('once', 'a'), await keyValue.create('once', 'b')], [true, false])
    assert.is(await keyValue.get('once'), 'a')
    assert.is(await keyValue.get('cursor'), 'b — «ñ»')
    assert.is(await keyValue.get('other'), '')
    await keyValue.remove('cursor')
    await keyValue.remove('nothing')
    assert.is(await keyValue.get('cursor'), null)
    assert.is(await keyValue.get('other'), '')
  })
}
