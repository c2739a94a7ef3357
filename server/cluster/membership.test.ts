import { pino } from 'pino'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { StillClock } from '../testing/clock.ts'
import type { Bus, NodeMessages } from './messages.ts'
import { createMembership } from './membership.ts'
import { runOnLeader } from './on-leader.ts'

const test = suite('cluster membership')

test('a single node is the leader', () => {
  const node = createMembership({ bus: null, clock: new StillClock(), log: pino({ level: 'silent' }) })
  assert.ok(node.isLeader())
  assert.is(node.disconnectedSince(), null)
})

test('the oldest node is the leader; after its timeout the next oldest is, and the loss is reported once', async () => {
  const { clock, start } = createNodes()
  const [first, second, third] = [await start(), await start(), await start()]
  assert.equal(leadersAmong(first, second, third), [true, false, false])
  first.disconnect()
  clock.advance(6_000)
  assert.equal(leadersAmong(second, third), [true, false])
  assert.equal([second.lost, third.lost], [[first.id], [first.id]])
  assert.ok(first.isLeader(), 'a disconnected node leads for its own clients')
  assert.ok(first.disconnectedSince())
})

test('setting the clock neither loses a peer nor hides that one is lost', async () => {
  const { clock, start } = createNodes()
  const [first, second] = [await start(), await start()]
  clock.set(60_000)
  clock.advance(1_000)
  assert.equal([first.lost, second.lost, second.disconnectedSince()], [[], [], null])
  clock.set(-3_600_000)
  first.disconnect()
  clock.advance(6_000)
  assert.equal(second.lost, [first.id])
})

test('a node that reconnects is a member again and is notified of its rejoin', async () => {
  const { clock, start } = createNodes()
  const [first, second] = [await start(), await start()]
  first.disconnect()
  clock.advance(6_000)
  first.reconnect()
  clock.advance(1_000)
  assert.equal(leadersAmong(first, second), [true, false])
  assert.is(first.disconnectedSince(), null)
  assert.equal([first.rejoined, second.rejoined], [1, 0])
  clock.advance(10_000)
  assert.equal(
    [first.rejoined, first.lost],
    [1, []],
    'a peer whose heartbeats were missed during the disconnection is not reported lost',
  )
})

test('a leaving node gives up leadership at once', async () => {
  const { clock, start } = createNodes()
  const [first, second] = [await start(), await start()]
  first.leave()
  assert.equal(leadersAmong(first, second), [false, true])
  assert.ok(first.isLeaving())
  await first.stop()
  clock.advance(6_000)
  assert.equal(second.lost, [first.id])
  second.leave()
  assert.ok(second.isLeader(), 'there is no other node')
  assert.not(second.isLeaving())
})

test('a leader task runs on the leader; while Redis is unavailable no other node starts it', async () => {
  const { clock, start } = createNodes()
  const running = new Set<string>()
  const startWorker = async (name: string) => {
    const node = await start()
    const task = runOnLeader(node, {
      start: () => void running.add(name),
      stop: async () => void running.delete(name),
    })
    task.start()
    return { node, task }
  }
  const runningNames = async () => {
    await new Promise(setImmediate)
    return [...running].join(' ')
  }
  const [first, second] = [await startWorker('first'), await startWorker('second')]
  assert.is(await runningNames(), 'first')
  second.node.disconnect()
  clock.advance(6_000)
  assert.ok(second.node.isLeader())
  assert.is(await runningNames(), 'first')
  second.node.reconnect()
  clock.advance(1_000)
  first.node.leave()
  assert.is(await runningNames(), 'second')
  await second.task.stop()
  assert.is(await runningNames(), '')
})

test('a message reaches the other nodes and not its sender', async () => {
  const { start } = createNodes()
  const received: string[] = []
  const [first] = [await start(received), await start(received), await start(received)]
  first.send('ended', { userId: 'ana' })
  assert.equal(received, ['2 ana', '3 ana'])
})

type TestNode = Awaited<ReturnType<ReturnType<typeof createNodes>['start']>>
const leadersAmong = (...nodes: TestNode[]) => nodes.map((node) => node.isLeader())

/** Creates nodes on one clock, connected by a bus that delivers synchronously. */
function createNodes() {
  const clock = new StillClock()
  const log = pino({ level: 'silent' })
  type Listener = (kind: string, body: unknown, from: string) => void
  const connected = new Set<Listener>()
  let count = 0

  return {
    clock,
    async start(received: string[] = []) {
      const number = ++count
      const listeners: Listener[] = []
      const receive: Listener = (...message) => listeners.forEach((listener) => listener(...message))
      const lostListeners: ((reason: string) => void)[] = []
      const bus: Bus = {
        async start() {
          connected.add(receive)
        },
        async stop() {
          connected.delete(receive)
        },
        send(kind, from, body) {
          if (connected.has(receive)) for (const listener of connected) listener(kind, body, from)
        },
        on<Kind extends keyof NodeMessages>(kind: Kind, listener: (body: NodeMessages[Kind], from: string) => void) {
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the kind determines the type of the body
          listeners.push((sent, body, from) => sent === kind && listener(body as NodeMessages[Kind], from))
        },
        onLost: (listener) => void lostListeners.push(listener),
      }
      const node = createMembership({ bus, clock, log })
      const seen = { rejoined: 0, lost: new Array<string>() }
      node.onRejoin(() => seen.rejoined++)
      node.onNodeLost((id) => seen.lost.push(id))
      node.on('ended', (ended) => received.push(`${number} ${'userId' in ended ? ended.userId : ''}`))
      const started = node.start()
      await clock.waitedFor(1_000)
      for (let done = false; !done;) {
        clock.advance(1_000)
        done = await Promise.race([started.then(() => true), new Promise<false>((no) => setImmediate(no, false))])
      }
      return Object.assign(seen, node, {
        disconnect: () => void connected.delete(receive),
        reconnect: () => void connected.add(receive),
      })
    },
  }
}

test.run()
