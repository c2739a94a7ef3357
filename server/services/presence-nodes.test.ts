import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createSqliteStore } from '../storage/sqlite/index.ts'
import { StillClock } from '../testing/clock.ts'
import { createPresenceService, type PresenceReport } from './presence.service.ts'

const test = suite('presence on several nodes')

const ana = { id: 'ana', name: 'Ana' }

test('a vendor on two nodes who leaves one of them stays online; told once, by who leads', async () => {
  const { nodes, told } = await someNodes()
  await nodes.a.presence.connected(ana, 'tab')
  await nodes.b.presence.connected(ana, 'van')
  await nodes.a.presence.disconnected('ana', 'tab')
  assert.equal(told, ['a: online'])
  await nodes.b.presence.disconnected('ana', 'van')
  assert.equal(told, ['a: online', 'a: offline'])
})

test('when a node is gone its vendors are offline, but for who is on another one', async () => {
  const { nodes, told } = await someNodes()
  const ben = { id: 'ben', name: 'Ben' }
  await nodes.c.presence.connected(ana, 'tab')
  await nodes.c.presence.connected(ben, 'tab')
  await nodes.b.presence.connected(ben, 'van')
  told.length = 0
  for (const node of [nodes.a, nodes.b]) await node.presence.nodeGone('c')
  assert.equal(told, ['a: offline'])
})

test('a break is set and taken back on any node, and the later word counts', async () => {
  const { nodes, told, clock } = await someNodes()
  await nodes.b.presence.connected(ana, 'van')
  clock.advance(1)
  await nodes.b.presence.reported(ana, 'van', 'break')
  await nodes.c.presence.connected(ana, 'tab')
  clock.advance(1)
  await nodes.c.presence.reported(ana, 'tab', 'online')
  assert.equal(told, ['a: online', 'a: break', 'a: online'])
  // Once more what it said before: it is older than what is known.
  for (const node of Object.values(nodes)) node.presence.greet({ joined: false })
  assert.is(told.length, 3)
})

test('a node that could not be heard is right again once everybody has said how things stand', async () => {
  const { nodes, told, clock } = await someNodes()
  nodes.b.heard = false
  await nodes.b.presence.connected(ana, 'van')
  clock.advance(1)
  await nodes.b.presence.reported(ana, 'van', 'break')
  assert.equal(told, [], 'it is not the one who tells')
  nodes.b.heard = true
  nodes.b.presence.greet({ joined: true })
  assert.equal(told, ['a: break'])
})

test('who takes the lead tells how everybody stands', async () => {
  const { nodes, told } = await someNodes()
  await nodes.c.presence.connected(ana, 'tab')
  told.length = 0
  nodes.a.leads = false
  nodes.b.leads = true
  nodes.b.presence.tellAll()
  assert.equal(told, ['b: online'])
})

test('a node that is about to stop says nothing of those who leave it', async () => {
  const { nodes, told } = await someNodes()
  await nodes.c.presence.connected(ana, 'tab')
  nodes.c.leaving = true
  await nodes.c.presence.disconnected('ana', 'tab')
  assert.equal(told, ['a: online'])
})

/** Three of them on one store; `a` leads. */
async function someNodes() {
  const clock = new StillClock()
  const store = createSqliteStore({ file: ':memory:', clock })
  await store.start()
  const told: string[] = []

  function node(name: string) {
    const state = { leads: name === 'a', leaving: false, heard: true }
    const presence = createPresenceService({
      store,
      clock,
      publisher: {
        vendorStatusChanged: ({ status }) => void told.push(`${name}: ${status}`),
        vendorRemoved() {},
      },
      nodes: {
        isLeader: () => state.leads,
        isLeaving: () => state.leaving,
        send(_kind, reports: PresenceReport[]) {
          if (!state.heard) return
          for (const [other, { presence: theirs }] of Object.entries(nodes))
            if (other !== name) void theirs.heard(name, reports)
        },
      },
    })
    return Object.assign(state, { presence })
  }
  const nodes = { a: node('a'), b: node('b'), c: node('c') }
  for (const { presence } of Object.values(nodes)) await presence.start()
  return { nodes, told, clock }
}

test.run()
