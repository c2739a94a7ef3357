import { shops, type SubjectName, type ProgramName } from '../subjects/names.ts'
import { number, table } from '../report/table.ts'
import { dashboardQos, type Figures, type Measure } from './plan.ts'
import { withSubjects } from './stage.ts'

/** Who looks at a token, and at the session it belongs to, before it lets anybody in. */
const looks = (name: SubjectName): name is 'callout' | 'socketio' => name === 'callout' || name === 'socketio'
const atOnce = 64
const column = 'connections'

/** From the first knock until the last of many is in and subscribed, each with a token of a session that is looked up. */
export const connect: Measure = {
  title: 'Connections a second, each with a JWT, subscribed (ms of processor for each, of the server)',
  cells: ({ contestants, short }) =>
    contestants.filter(looks).map((row) => ({ row, column, run: () => connections(shops[row], short ? 200 : 2_000) })),
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
    return [{ what: 'connections a second: × socketio', value, is: 'at least', limit: 1 }]
  },
}

const connections = (name: ProgramName, count: number): Promise<Figures> =>
  withSubjects(name, dashboardQos, async ({ contestant: { ask, door }, load }) => {
    // The first ones find everything cold.
    await load.ask.connect({ door, count: Math.ceil(count / 2), atOnce })
    await load.ask.leave()
    const [server, own] = [await ask.processor(), await load.ask.processor()]
    const ms = await load.ask.connect({ door, count, atOnce })
    return {
      perSecond: (count / ms) * 1_000,
      processor: ((await ask.processor()) - server) / count,
      loadShare: ((await load.ask.processor()) - own) / ms,
    }
  })
