import { pino } from 'pino'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { StillClock } from '../testing/clock.ts'
import type { Bus, NodeMessages } from './messages.ts'
import { createMembership } from './membership.ts'
import { runOnLeader } from './on-leader.ts'

const test = suite('nodes')

test('a node that is alone leads', () => {
  const node = createMembership({ bus: null, clock: new StillClock(), log: pino({ level: 'silent' }) })
  assert.ok(node.isLeader())
  assert.is(node.awaySince(), null)
})

test('the oldest leads; when it is silent, the next oldest does, and its end is told once', async () => {
  const { clock, start } = someNodes()
  const [first, second, third] = [await start(), await start(), await start()]
  assert.equal(leading(first, second, third), [true, false, false])
  first.cut()
  clock.advance(6_000)
  assert.equal(leading(second, third), [true, false])
  assert.equal([second.gone, third.gone], [[first.id], [first.id]])
  assert.ok(first.isLeader(), 'which is cut off speaks for its own clients')
  assert.ok(first.awaySince())
})

test('a node that comes back is heard again, and knows that it has missed something', async () => {
  const { clock, start } = someNodes()
  const [first, second] = [await start(), await start()]
  first.cut()
  clock.advance(6_000)
  first.mend()
  clock.advance(1_000)
  assert.equal(leading(first, second), [true, false])
  assert.is(first.awaySince(), null)
  assert.equal([first.rejoined, second.rejoined], [1, 0])
  clock.advance(10_000)
  assert.equal([first.rejoined, first.gone], [1, []], 'who was not heard because nobody was is not gone')
})

test('a node that says goodbye gives up the lead at once', async () => {
  const { clock, start } = someNodes()
  const [first, second] = [await start(), await start()]
  first.leave()
  assert.equal(leading(first, second), [false, true])
  assert.ok(first.isLeaving())
  await first.stop()
  clock.advance(6_000)
  assert.equal(second.gone, [first.id])
  second.leave()
  assert.ok(second.isLeader(), 'there is nobody else')
  assert.not(second.isLeaving())
})

test('what one node has to do, who leads does; while Redis is away nobody else begins to', async () => {
  const { clock, start } = someNodes()
  const running = new Set<string>()
  const worker = async (name: string) => {
    const node = await start()
    const work = runOnLeader(node, {
      start: () => void running.add(name),
      stop: async () => void running.delete(name),
    })
    work.start()
    return { node, work }
  }
  const now = async () => {
    await new Promise(setImmediate)
    return [...running].join(' ')
  }
  const [first, second] = [await worker('first'), await worker('second')]
  assert.is(await now(), 'first')
  second.node.cut()
  clock.advance(6_000)
  assert.ok(second.node.isLeader())
  assert.is(await now(), 'first')
  second.node.mend()
  clock.advance(1_000)
  first.node.leave()
  assert.is(await now(), 'second')
  await second.work.stop()
  assert.is(await now(), '')
})

test('what one says the others hear, and it does not hear itself', async () => {
  const { start } = someNodes()
  const heard: string[] = []
  const [first] = [await start(heard), await start(heard), await start(heard)]
  first.send('ended', { userId: 'ana' })
  assert.equal(heard, ['2 ana', '3 ana'])
})

type TestNode = Awaited<ReturnType<ReturnType<typeof someNodes>['start']>>
const leading = (...nodes: TestNode[]) => nodes.map((node) => node.isLeader())

/** Nodes on one clock, joined by what hands everything to everybody at once. */
function someNodes() {
  const clock = new StillClock()
  const log = pino({ level: 'silent' })
  type Listener = (kind: string, body: unknown, from: string) => void
  const connected = new Set<Listener>()
  let count = 0

  return {
    clock,
    async start(heard: string[] = []) {
      const number = ++count
      const listeners: Listener[] = []
      const receive: Listener = (...message) => listeners.forEach((listener) => listener(...message))
      const lost: ((reason: string) => void)[] = []
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
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the kind says what the body is
          listeners.push((said, body, from) => said === kind && listener(body as NodeMessages[Kind], from))
        },
        onLost: (listener) => void lost.push(listener),
      }
      const node = createMembership({ bus, clock, log })
      const seen = { rejoined: 0, gone: [] as string[] }
      node.onRejoin(() => seen.rejoined++)
      node.onGone((id) => seen.gone.push(id))
      node.on('ended', (ended) => heard.push(`${number} ${'userId' in ended ? ended.userId : ''}`))
      const started = node.start()
      await clock.waitedFor(1_000)
      for (let done = false; !done;) {
        clock.advance(1_000)
        done = await Promise.race([started.then(() => true), new Promise<false>((no) => setImmediate(no, false))])
      }
      return Object.assign(seen, node, {
        cut: () => void connected.delete(receive),
        mend: () => void connected.add(receive),
      })
    },
  }
}

test.run()
