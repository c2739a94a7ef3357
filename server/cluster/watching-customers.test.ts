import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { StillClock } from '../testing/clock.ts'
import { createWatchingCustomers } from './watching-customers.ts'
import type { NodeMessages } from './messages.ts'

const test = suite('watching customers')

/** Nodes whose messages to each other arrive at once, with the customers who look at their orders on each. */
function nodesWith(...users: string[][]) {
  const clock = new StillClock()
  type Listener = <Kind extends keyof NodeMessages>(kind: Kind, body: NodeMessages[Kind]) => void
  const deliver: Listener[] = []
  const nodes = users.map((here, node) => {
    const listeners: { [Kind in keyof NodeMessages]?: (body: NodeMessages[Kind], from: string) => void } = {}
    deliver.push((kind, body) => listeners[kind]?.(body, 'other'))
    return createWatchingCustomers({
      membership: {
        on: (kind, listener) => void Object.assign(listeners, { [kind]: listener }),
        send: (kind, body) => deliver.forEach((receive, other) => other !== node && receive(kind, body)),
        isAlone: () => users.length === 1,
        disconnectedSince: () => null,
      },
      isWatchingHere: (customerId) => here.includes(customerId),
      clock,
    })
  })
  return { nodes, clock }
}

test('a customer is found on this node and on another one', async () => {
  const { nodes } = nodesWith(['ana'], ['ben'], [])
  assert.is(await nodes[0]?.isWatching('ana', 'o1'), true)
  assert.is(await nodes[2]?.isWatching('ben', 'o1'), true)
})

test('without an answer in time the customer is not looking; a single node waits for none', async () => {
  const { nodes, clock } = nodesWith(['ana'], [])
  const answer = nodes[1]?.isWatching('eva', 'o1')
  clock.advance(250)
  assert.is(await answer, false)
  assert.is(await nodesWith(['ana']).nodes[0]?.isWatching('eva', 'o1'), false)
})

test.run()
