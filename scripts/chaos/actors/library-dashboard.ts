import { finalStatuses, isFinal, openStatuses } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { createConnect } from '../../../client/live/library/connect.ts'
import type { Live } from '../../../client/live/live.ts'
import { newestFirst } from '../../../client/live/order-views.ts'
import type { Counters } from '../counters.ts'
import type { Dashboard, DashboardState } from './dashboard.ts'
import { createSend } from './send.ts'
import { createTransport } from './transport.ts'

export interface LibraryDashboardOptions {
  name: string
  /** Of the API, through the proxy. */
  origin: string
  /** An API token. */
  token: string
  counters: Counters
}

const finished = 50

/** A program that uses the library (client/live/library) with an API token. It never reloads. */
export function createLibraryDashboard({ name, origin, token, counters }: LibraryDashboardOptions): Dashboard {
  const send = createSend(origin, name)
  const followed = new Set<Pick<Live, 'wake' | 'drop'>>()
  const connect = createConnect({
    transport: createTransport(name, counters, () => {}),
    sendTo: () => async (path, request) => (await send(path, request)).body,
    explain: async () => null,
    followPage(live) {
      followed.add(live)
      return () => void followed.delete(live)
    },
  })
  const callout = connect({ url: origin, token, finished })
  const versions = new Map<string, number>()
  const regressions: string[] = []
  callout.on('change', ({ orders }) => {
    for (const id of orders) {
      const [before, version] = [versions.get(id) ?? 0, callout.orders.get(id)?.version]
      // An order that was removed may come back, but not as an older version.
      if (version === undefined) continue
      versions.set(id, version)
      if (version < before) regressions.push(`${id} from version ${before} to ${version}`)
    }
  })

  return {
    name,
    userId: 'token',
    networkLost: () => followed.forEach((live) => live.drop()),
    networkBack: () => followed.forEach((live) => live.wake()),
    isLive: () => callout.state.phase === 'live',
    stopWaking: () => {},
    state(): DashboardState {
      const orders = new Map<string, Order>(callout.orders)
      const { phase } = callout.state
      const ready = () => phase === 'live'
      const last = [...orders.values()].filter(({ status }) => isFinal(status)).sort(newestFirst)[finished - 1]
      return {
        name,
        user: { id: 'token', role: 'admin' },
        phase,
        feeds: [
          { query: { status: openStatuses }, ready, within: () => true },
          { query: { status: finalStatuses }, ready, within: (order) => !last || newestFirst(order, last) <= 0 },
        ],
        ids: [...orders.keys()],
        order: (id) => orders.get(id),
        openCount: [...orders.values()].filter(({ status }) => !isFinal(status)).length,
        services: undefined,
        presence: callout.vendors,
        regressions,
      }
    },
    end: callout.close,
  }
}
