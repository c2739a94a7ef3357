import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { applyTransition } from '#shared/apply-transition.ts'
import { findTransition } from '#shared/order-status.ts'
import type { OrderOffer } from '#shared/offers.ts'
import { createEventBus } from '../../services/domain-events.ts'
import { StillClock } from '../../testing/clock.ts'
import { anOrder, aUser } from '../../testing/records.ts'
import { recordedLines } from '../../testing/recorded-lines.ts'
import { emptyStore } from '../../testing/store.ts'
import { areaRecords, roundRecords } from './area-records.ts'
import { createCandidates } from './candidates.ts'
import { createDispatchRules } from './dispatch-rules.ts'
import { createOffersService } from './offers.service.ts'
import { createRoundsService } from './rounds.service.ts'

const test = suite('offer rounds')

/** Two nodes that both lead, on one store, with five vendors and a service that is offered to one of them for 30 s. */
async function twoNodes() {
  const { store, close } = await emptyStore([areaRecords, roundRecords])
  const clock = new StillClock()
  const vendors = ['ana', 'ben', 'cem', 'dan', 'eva'].map((id) => aUser({ id, name: id, role: 'vendor' }))
  for (const vendor of vendors) await store.users.create(vendor)
  const service = { id: 'boiler', name: 'Boiler', description: '', price: 1, currency: 'EUR', durationMinutes: 60 }
  const rule = { to: 'least_busy', count: 1, seconds: 30 } as const
  await store.services.create({ ...service, active: true, offers: rule })
  const node = () => {
    const events = createEventBus(recordedLines().log)
    const areas = store.collection(areaRecords)
    const rules = createDispatchRules({
      store,
      areas: () => areas.list({ index: 'byName' }),
      events,
      settings: { severalNodes: true },
      clock,
    })
    const presence = { isOnline: () => true }
    const candidates = createCandidates({ store, presence, positions: async () => new Map() })
    const offers = createOffersService({ rules, candidates, clock })
    const rounds = store.collection(roundRecords)
    return { ...createRoundsService({ store, rounds, rules, offers, events, isLeader: () => true, clock }), offers }
  }
  const [a, b] = [node(), node()]
  const place = async () => {
    const offer = await a.offers.forNew(anOrder())
    const order = anOrder({ createdAt: timeOf(clock), ...(offer && { offer }) })
    await store.orders.create(order)
    return order
  }
  const both = () => Promise.all([a.sweep(), b.sweep()])
  const current = async ({ id }: { id: string }) => {
    const order = await store.orders.byId(id)
    if (!order) throw new Error('the order is gone')
    return order
  }
  return { store, clock, a, b, both, place, current, close }
}

const timeOf = (clock: StillClock) => new Date(clock.now()).toISOString()
const shape = ({ to, round, last }: OrderOffer) => [to?.length ?? null, round, last]

test('two nodes that both lead move an offer on once, also when the process ends between the two writes', async () => {
  const { store, clock, a, b, both, place, current, close } = await twoNodes()
  await both()
  const order = await place()
  assert.equal(order.offer && shape(order.offer), [1, 1, false])
  await a.orderChanged(order, 0)
  clock.advance(29_999)
  await both()
  assert.is((await current(order)).version, 1)
  clock.advance(1)
  await both()
  await both()
  const second = await current(order)
  assert.equal([second.version, second.offer && shape(second.offer)], [2, [2, 2, false]])
  assert.is(second.offer?.to?.[0], order.offer?.to?.[0], 'who was asked first stays asked')

  // The node that moved it ends before it stores when this round ends: the record is still that of the first round.
  await store.collection(roundRecords).put({ orderId: order.id, version: 1, dueAt: order.offer?.until ?? '' })
  clock.advance(10_000)
  await both()
  assert.is((await current(order)).version, 2, 'the second round is not over')
  clock.advance(20_000)
  await both()
  const third = await current(order)
  assert.equal([third.version, third.offer && shape(third.offer)], [3, [5, 3, true]])
  await b.orderChanged(third, 2)
  clock.advance(3_600_000)
  await both()
  assert.is((await current(order)).version, 3, 'no round follows the last one')
  assert.equal(await store.collection(roundRecords).list(), [])
  await close()
})

test('a claim at the moment at which a round ends wins or is repeated; afterwards nothing moves', async () => {
  const { store, clock, a, both, place, current, close } = await twoNodes()
  await both()
  const orders: Awaited<ReturnType<typeof place>>[] = []
  for (let n = 0; n < 20; n++) {
    const order = await place()
    await a.orderChanged(order, 0)
    orders.push(order)
  }
  clock.advance(30_000)
  const claim = async (order: (typeof orders)[number]) => {
    for (;;) {
      const now = await current(order)
      const [id = ''] = now.offer?.to ?? []
      const actor = { id, name: id, role: 'vendor' } as const
      const row = findTransition(actor, now, 'accepted', clock.now())
      assert.ok(row, 'who was asked first can accept in each round')
      const next = applyTransition(now, row, actor, {}, timeOf(clock))
      if (await store.orders.replace(next, now.version)) return next
    }
  }
  const [, ...claimed] = await Promise.all([both(), ...orders.map(claim)])
  clock.advance(60_000)
  await both()
  for (const [n, order] of orders.entries()) {
    const after = await current(order)
    assert.is(after.status, 'accepted')
    assert.equal(after, claimed[n])
    const moves = after.history.filter(({ offered }) => offered).length
    assert.ok(moves <= 1 && after.version === 2 + moves, `${moves} moves, version ${after.version}`)
  }
  await close()
})

test('an order that the other node stored by the rules before is offered anew by those of now', async () => {
  const { store, clock, both, place, current, close } = await twoNodes()
  await both()
  const earlier = await place()
  await store.abilities.put({ vendorId: 'eva', skills: ['Gas'], areas: [] })
  await store.services.change('boiler', { skills: ['gas'], offers: null })
  clock.advance(1_000)
  await both()
  assert.equal((await current(earlier)).offer?.to, ['eva'])
  const stale = anOrder({ createdAt: timeOf(clock) })
  await store.orders.create(stale)
  clock.advance(2_000)
  await both()
  assert.equal((await current(stale)).offer?.to, ['eva'])
  await store.services.change('boiler', { skills: null })
  for (let n = 0; n < 4; n++) {
    clock.advance(1_000)
    await both()
  }
  for (const order of [earlier, stale]) {
    const { offer, version } = await current(order)
    assert.equal([offer?.to, offer?.round, version], [null, 0, 3])
  }
  await close()
})

test.run()
