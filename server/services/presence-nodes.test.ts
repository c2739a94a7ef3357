import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createSqliteStore } from '../storage/sqlite/index.ts'
import { StillClock } from '../testing/clock.ts'
import { aUser } from '../testing/records.ts'
import { createEventBus } from './domain-events.ts'
import { createPresenceService } from './presence.service.ts'
import type { PresenceReport } from './tracked-vendor.ts'

const test = suite('presence on several nodes')

const ana = { id: 'ana', name: 'Ana' }

test('a vendor on two nodes who leaves one of them stays online; only the leader publishes', async () => {
  const { nodes, published } = await threeNodes()
  await nodes.a.presence.connected(ana, 'tab')
  await nodes.b.presence.connected(ana, 'van')
  await nodes.a.presence.disconnected('ana', 'tab')
  assert.equal(published, ['a: online'])
  await nodes.b.presence.disconnected('ana', 'van')
  assert.equal(published, ['a: online', 'a: offline'])
})

test('when a node stops, its vendors are offline, except those connected to another node', async () => {
  const { nodes, published } = await threeNodes()
  const ben = { id: 'ben', name: 'Ben' }
  await nodes.c.presence.connected(ana, 'tab')
  await nodes.c.presence.connected(ben, 'tab')
  await nodes.b.presence.connected(ben, 'van')
  published.length = 0
  for (const node of [nodes.a, nodes.b]) await node.presence.nodeGone('c')
  assert.equal(published, ['a: offline'])
})

test('a break is set and ended on any node, and the latest report counts', async () => {
  const { nodes, published, clock } = await threeNodes()
  await nodes.b.presence.connected(ana, 'van')
  clock.advance(1)
  await nodes.b.presence.reported(ana, 'van', 'break')
  await nodes.c.presence.connected(ana, 'tab')
  clock.advance(1)
  await nodes.c.presence.reported(ana, 'tab', 'online')
  assert.equal(published, ['a: online', 'a: break', 'a: online'])
  // The repeated reports are older than the current state.
  for (const node of Object.values(nodes)) node.presence.sendReports({ joined: false })
  assert.is(published.length, 3)
})

test('a node that was cut off has the right state once the others have received its reports', async () => {
  const { nodes, published, clock } = await threeNodes()
  nodes.b.reachable = false
  await nodes.b.presence.connected(ana, 'van')
  clock.advance(1)
  await nodes.b.presence.reported(ana, 'van', 'break')
  assert.equal(published, [], 'only the leader publishes')
  nodes.b.reachable = true
  nodes.b.presence.sendReports({ joined: true })
  assert.equal(published, ['a: break'])
})

test('a new leader publishes the status of every vendor', async () => {
  const { nodes, published } = await threeNodes()
  await nodes.c.presence.connected(ana, 'tab')
  published.length = 0
  nodes.a.isLeader = false
  nodes.b.isLeader = true
  await nodes.b.presence.lead()
  assert.equal(published, ['b: online'])
})

test('a new leader publishes later times than the previous one, whose clock was ahead', async () => {
  const { nodes, times } = await threeNodes()
  nodes.a.ahead = 60_000
  await nodes.c.presence.connected(ana, 'tab')
  await nodes.a.presence.drain()
  nodes.a.isLeader = false
  nodes.b.isLeader = true
  await nodes.b.presence.lead()
  await nodes.c.presence.disconnected('ana', 'tab')
  assert.equal(times.length, 3)
  assert.equal(times, times.toSorted())
  assert.ok(times[2] !== times[1])
})

test('a node that is about to stop does not report the vendors who disconnect', async () => {
  const { nodes, published } = await threeNodes()
  await nodes.c.presence.connected(ana, 'tab')
  nodes.c.isLeaving = true
  await nodes.c.presence.disconnected('ana', 'tab')
  assert.equal(published, ['a: online'])
})

const page = { ...ana, sessionId: 'session' }
const hours = (count: number) => count * 3_600_000

test('a vendor whom push reaches stays on duty after the page is closed, for 12 hours', async () => {
  const { nodes, published, times, clock } = await threeNodes()
  await nodes.c.presence.connected(page, 'tab')
  await nodes.b.presence.pushChanged('ana', true)
  await nodes.c.presence.disconnected('ana', 'tab')
  assert.equal(published, ['a: online', 'a: online by push'])
  assert.ok(nodes.b.presence.isOnline('ana'))
  await nodes.b.presence.connected(page, 'phone')
  await nodes.b.presence.disconnected('ana', 'phone')
  clock.advance(hours(12) - 1)
  assert.equal(published.slice(2), ['a: online', 'a: online by push'])
  assert.is(new Set(times).size, 1, 'online since the first connection: a webhook is told of it once')
  clock.advance(1)
  assert.equal(published.slice(4), ['a: offline'])
})

test('a device changes nothing of what push means', async () => {
  const { nodes, published } = await threeNodes()
  await nodes.a.presence.pushChanged('ana', true)
  await nodes.b.presence.connected(ana, 'van')
  await nodes.b.presence.reported(ana, 'van', 'offline')
  await nodes.b.presence.disconnected('ana', 'van')
  await nodes.b.presence.connected(ana, 'van')
  assert.equal(published, ['a: online', 'a: offline', 'a: online'])
})

test('a vendor who goes off duty is offline until they say otherwise, on every page and after a restart', async () => {
  const { nodes, published, restart } = await threeNodes()
  await nodes.a.presence.pushChanged('ana', true)
  await nodes.b.presence.connected(page, 'tab')
  await nodes.c.presence.connected(page, 'phone')
  await nodes.b.presence.reported(page, 'tab', 'offline')
  await nodes.b.presence.disconnected('ana', 'tab')
  await nodes.c.presence.connected(page, 'phone again')
  assert.equal(published, ['a: online', 'a: offline'])
  // A device is what it ever was: on duty while connected.
  await nodes.c.presence.connected(ana, 'van')
  await nodes.c.presence.disconnected('ana', 'van')
  assert.equal(published.splice(0).slice(2), ['a: online', 'a: offline'])

  const again = await restart(['ana'])
  await again.presence.connected(page, 'tab')
  assert.equal([...new Set(published.splice(0))], ['a: offline'])
  await again.presence.reported(page, 'tab', 'online')
  await again.presence.disconnected('ana', 'tab')
  assert.equal(published.splice(0), ['a: online', 'a: online by push'])
  const third = await restart(['ana'])
  assert.equal([...new Set(published.splice(0))], ['a: online by push'])
  assert.ok(third.presence.isOnline('ana'))
})

test('a break and the end of the last subscription end it', async () => {
  const { nodes, published } = await threeNodes()
  await nodes.a.presence.connected(page, 'tab')
  await nodes.a.presence.pushChanged('ana', true)
  await nodes.a.presence.reported(page, 'tab', 'break')
  await nodes.a.presence.disconnected('ana', 'tab')
  assert.equal(published.splice(0), ['a: online', 'a: break', 'a: offline'])
  await nodes.a.presence.connected(page, 'tab')
  await nodes.a.presence.reported(page, 'tab', 'online')
  await nodes.a.presence.disconnected('ana', 'tab')
  await nodes.b.presence.pushChanged('ana', false)
  assert.equal(published, ['a: break', 'a: online', 'a: online by push', 'a: offline'])
})

test('when the node of the page stops, the vendor stays on duty by push', async () => {
  const { nodes, published } = await threeNodes()
  await nodes.a.presence.pushChanged('ana', true)
  await nodes.c.presence.connected(page, 'tab')
  for (const node of [nodes.a, nodes.b]) await node.presence.nodeGone('c')
  assert.equal(published, ['a: online', 'a: online by push'])
})

/** Three nodes on one store; `a` is the leader. */
async function threeNodes() {
  const clock = new StillClock()
  const store = createSqliteStore({ file: ':memory:', clock })
  await store.start()
  const published: string[] = []
  const times: string[] = []

  function node(name: string) {
    const events = createEventBus({ error: (_details, text) => assert.unreachable(text) })
    events.on('vendor.status', ({ status, reachable, at }) => {
      published.push(`${name}: ${status}${reachable === 'push' ? ' by push' : ''}`)
      times.push(at)
    })
    const state = { isLeader: name === 'a', isLeaving: false, reachable: true, ahead: 0 }
    const presence = createPresenceService({
      store,
      clock: { now: () => clock.now() + state.ahead, monotonic: clock.monotonic, after: clock.after },
      events,
      nodes: {
        isLeader: () => state.isLeader,
        isLeaving: () => state.isLeaving,
        send(_kind, reports: PresenceReport[]) {
          if (!state.reachable) return
          for (const [other, { presence: theirs }] of Object.entries(nodes))
            if (other !== name) void theirs.applyReports(name, reports)
        },
      },
    })
    return Object.assign(state, { presence })
  }
  const nodes = { a: node('a'), b: node('b'), c: node('c') }
  await store.users.create(aUser({ id: 'ana', name: 'Ana', role: 'vendor' }))
  for (const { presence } of Object.values(nodes)) await presence.start()
  published.length = 0
  times.length = 0

  /** A single node, after all have stopped. `reached`: by push, as the subscriptions say. */
  async function restart(reached: string[]) {
    await Promise.all(Object.values(nodes).map(({ presence }) => presence.stop()))
    for (const other of Object.values(nodes)) other.reachable = false
    const again = node('a')
    again.reachable = false
    await again.presence.start()
    again.presence.pushReaches(reached)
    return again
  }
  return { nodes, published, times, clock, restart }
}

test.run()
