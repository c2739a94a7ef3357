import { setTimeout as sleep } from 'node:timers/promises'
import type { SubjectName } from '../subjects/names.ts'
import { number, table } from '../report/table.ts'
import type { Figures, Measure, Plan } from './plan.ts'
import { withSubject } from './with-subject.ts'

const measuredIdle: readonly SubjectName[] = ['callout', 'socketio', 'mosquitto']
const atOnce = 100

/** Memory of an idle connection, memory not freed after disconnects, and whether 10,000 connections stay open. */
export const memory: Measure = {
  title: 'Memory: KB for each idle connection, bytes not freed after each disconnect, connections held',
  cells(plan) {
    const { idle, leak, held } = sizesOf(plan)
    const of = (names: readonly SubjectName[]) => plan.subjects.filter((name) => names.includes(name))
    return [
      ...of(measuredIdle).map((row) => ({ row, column: `idle, ${idle}`, run: () => idleMemory(row, idle) })),
      ...of(['callout', 'aedes-plain']).map((row) => ({
        row,
        column: 'disconnected',
        run: () => measureLeak(row, leak),
      })),
      ...of(['callout']).map((row) => ({
        row,
        column: `held, ${held.count}`,
        once: true as const,
        run: () => hold(row, held),
      })),
    ]
  },
  table: (results) =>
    table(
      ['', 'KB each', 'connected', 'bytes not freed', 'held', 'lost'],
      results.cells.map(({ row, column }) => {
        const figure = (name: string, digits = 0) => number(results.figure(row, column, name), digits)
        const each = figure('each', 1)
        return [`${row}  ${column}`, each, figure('connected'), figure('leaked'), figure('held'), figure('lost')]
      }),
    ),
  targets(results, plan) {
    const { idle, held } = sizesOf(plan)
    const each = (row: string) => results.figure(row, `idle, ${idle}`, 'each')
    return [
      {
        what: 'KB for an idle connection: × socketio',
        value: each('callout') / each('socketio'),
        is: 'at most',
        limit: 0.9,
      },
      {
        // Noise of the garbage collector is about ten bytes per client; unmodified Aedes keeps 120.
        what: 'bytes not freed after a disconnect',
        value: results.figure('callout', 'disconnected', 'leaked'),
        is: 'at most',
        limit: 24,
      },
      {
        what: `of ${held.count} connections held for a minute, lost`,
        value: results.figure('callout', `held, ${held.count}`, 'lost'),
        is: 'at most',
        limit: 0,
      },
    ]
  },
}

const sizesOf = ({ short }: Plan) =>
  short
    ? { idle: 200, leak: { count: 100, cycles: 2, warmUp: 1 }, held: { count: 300, seconds: 1 } }
    : { idle: 5_000, leak: { count: 2_000, cycles: 8, warmUp: 3 }, held: { count: 10_000, seconds: 60 } }

const idleMemory = (name: SubjectName, count: number): Promise<Figures> =>
  withSubject(name, 1, async ({ subject: { remote, endpoint }, load }) => {
    const before = await remote.memory()
    await load.remote.connect({ endpoint, count, atOnce })
    await sleep(1_000)
    return { each: ((await remote.memory()) - before) / count, connected: count }
  })

interface LeakOptions {
  count: number
  cycles: number
  /** Cycles that are not counted: until the code is compiled, V8's heap varies by more than a leak. */
  warmUp: number
}

/** In each cycle all clients connect, acknowledge a few orders at QoS 1, and disconnect. */
const measureLeak = (name: SubjectName, { count, cycles, warmUp }: LeakOptions): Promise<Figures> =>
  withSubject(name, 1, async ({ subject: { remote, endpoint, completionPort }, load }) => {
    let first = 0
    for (let cycle = 0; cycle < cycles; cycle++) {
      await load.remote.connect({ endpoint, count, atOnce })
      await load.remote.count(completionPort)
      await remote.run({ dashboards: count, flow: { window: 2 }, warmUp: 0, seconds: 0.2, loadPid: load.pid })
      await load.remote.disconnect()
      // Until timers of the closed connections have run.
      await sleep(1_500)
      if (cycle === warmUp - 1) first = await remote.heap()
    }
    return { leaked: (((await remote.heap()) - first) * 1024) / (count * (cycles - warmUp)), connected: count * cycles }
  })

const hold = (name: SubjectName, { count, seconds }: { count: number; seconds: number }): Promise<Figures> =>
  withSubject(name, 1, async ({ subject: { endpoint }, load }) => {
    await load.remote.connect({ endpoint, count, atOnce })
    await sleep(seconds * 1_000)
    const { lost } = await load.remote.report()
    return { connected: count, held: count - lost.length, lost: lost.length }
  })
