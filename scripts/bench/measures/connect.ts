import { orderApiPrograms, type SubjectName, type ProgramName } from '../subjects/names.ts'
import { number, table } from '../report/table.ts'
import { dashboardQos, type Figures, type Measure } from './plan.ts'
import { withSubject } from './with-subject.ts'

/** Subjects that verify a token and its session on connect. */
const authenticates = (name: SubjectName): name is 'callout' | 'socketio' => name === 'callout' || name === 'socketio'
const atOnce = 64
const column = 'connections'

/** Time from the first connection attempt until the last dashboard is subscribed, each with a token and a session lookup. */
export const connect: Measure = {
  title: 'Connections a second, each authenticated by a JWT and subscribed (ms of server CPU for each)',
  cells: ({ subjects, short }) =>
    subjects
      .filter(authenticates)
      .map((row) => ({ row, column, run: () => connections(orderApiPrograms[row], short ? 200 : 2_000) })),
  table: (results) =>
    table(
      ['', 'a second', 'ms each', 'load generator'],
      results.rows.map((row) => {
        const figure = (name: string, digits = 0) => number(results.figure(row, column, name), digits)
        return [row, figure('perSecond'), figure('processor', 2), figure('loadShare', 2)]
      }),
    ),
  targets(results) {
    const perSecond = (row: string) => results.figure(row, column, 'perSecond')
    const value = perSecond('callout') / perSecond('socketio')
    return [{ what: 'connections a second: × socketio', value, is: 'at least', limit: 1.1 }]
  },
}

const connections = (name: ProgramName, count: number): Promise<Figures> =>
  withSubject(name, dashboardQos, async ({ subject: { remote, endpoint }, load }) => {
    // Warm-up.
    await load.remote.connect({ endpoint, count: Math.ceil(count / 2), atOnce })
    await load.remote.disconnect()
    const [server, own] = [await remote.processor(), await load.remote.processor()]
    const ms = await load.remote.connect({ endpoint, count, atOnce })
    return {
      perSecond: (count / ms) * 1_000,
      processor: ((await remote.processor()) - server) / count,
      loadShare: ((await load.remote.processor()) - own) / ms,
    }
  })
