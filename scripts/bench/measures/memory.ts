import { setTimeout as sleep } from 'node:timers/promises'
import type { SubjectName } from '../subjects/names.ts'
import { number, table } from '../report/table.ts'
import type { Figures, Measure, Plan } from './plan.ts'
import { withSubjects } from './stage.ts'

const idleFor: readonly SubjectName[] = ['callout', 'socketio', 'mosquitto']
const atOnce = 100

/** What a connection costs that does nothing, what those leave behind that have gone, and whether many are held. */
export const memory: Measure = {
  title: 'Memory: KB for each idle connection, bytes left behind by each that has gone, connections held',
  cells(plan) {
    const { idle, departing, held } = sizesOf(plan)
    const of = (names: readonly SubjectName[]) => plan.contestants.filter((name) => names.includes(name))
    return [
      ...of(idleFor).map((row) => ({ row, column: `idle, ${idle}`, run: () => idleMemory(row, idle) })),
      ...of(['callout', 'aedes-plain']).map((row) => ({
        row,
        column: 'departed',
        run: () => leftBehind(row, departing),
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
      ['', 'KB each', 'connected', 'bytes left behind', 'held', 'lost'],
      results.cells.map(({ row, column }) => {
        const figure = (name: string, digits = 0) => number(results.figure(row, column, name), digits)
        const each = figure('each', 1)
        return [`${row}  ${column}`, each, figure('connected'), figure('left'), figure('held'), figure('lost')]
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
        limit: 1,
      },
      {
        // What the collector moves about is some ten bytes for each of so many; Aedes as it comes leaves 120.
        what: 'bytes left behind by a client that has gone',
        value: results.figure('callout', 'departed', 'left'),
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
    ? { idle: 200, departing: { count: 100, cycles: 2, warmUp: 1 }, held: { count: 300, seconds: 1 } }
    : { idle: 5_000, departing: { count: 2_000, cycles: 8, warmUp: 3 }, held: { count: 10_000, seconds: 60 } }

const idleMemory = (name: SubjectName, count: number): Promise<Figures> =>
  withSubjects(name, 1, async ({ contestant: { ask, door }, load }) => {
    const before = await ask.memory()
    await load.ask.connect({ door, count, atOnce })
    await sleep(1_000)
    return { each: ((await ask.memory()) - before) / count, connected: count }
  })

interface Departing {
  count: number
  cycles: number
  /** Cycles that are not counted: until its code is compiled, V8's heap goes up and down by more than anybody leaves. */
  warmUp: number
}

/** Everybody comes, acknowledges a few orders at QoS 1, goes, and others come. */
const leftBehind = (name: SubjectName, { count, cycles, warmUp }: Departing): Promise<Figures> =>
  withSubjects(name, 1, async ({ contestant: { ask, door, feedbackPort }, load }) => {
    let first = 0
    for (let cycle = 0; cycle < cycles; cycle++) {
      await load.ask.connect({ door, count, atOnce })
      await load.ask.count(feedbackPort)
      await ask.run({ dashboards: count, flow: { window: 2 }, warmUp: 0, seconds: 0.2, loadPid: load.pid })
      await load.ask.leave()
      // Its timers, and the server's last look at each socket.
      await sleep(1_500)
      if (cycle === warmUp - 1) first = await ask.heap()
    }
    return { left: (((await ask.heap()) - first) * 1024) / (count * (cycles - warmUp)), connected: count * cycles }
  })

const hold = (name: SubjectName, { count, seconds }: { count: number; seconds: number }): Promise<Figures> =>
  withSubjects(name, 1, async ({ contestant: { door }, load }) => {
    await load.ask.connect({ door, count, atOnce })
    await sleep(seconds * 1_000)
    const { lost } = await load.ask.report()
    return { connected: count, held: count - lost.length, lost: lost.length }
  })
