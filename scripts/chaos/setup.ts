import { seeded } from '../../server/system-tests/lib/numbers.ts'
import { createCustomer } from './actors/customer.ts'
import { createDashboard } from './actors/dashboard.ts'
import { createLibraryDashboard } from './actors/library-dashboard.ts'
import { createDeviceVendor } from './actors/device-vendor.ts'
import { startListener } from './actors/listener.ts'
import { createWorkload } from './actors/workload.ts'
import { createRetry } from './actors/retry.ts'
import { createOutcomes } from './actors/outcomes.ts'
import { createRestVendor } from './actors/rest-vendor.ts'
import { createSession, type Account } from './actors/session.ts'
import type { Difference } from './compare/difference.ts'
import { config, type ActiveFaults } from './config.ts'
import { createAccounts } from './accounts.ts'
import { startProxy } from './proxy/proxy.ts'
import { createAcknowledgements } from './acknowledgements.ts'
import { createNodes } from './nodes.ts'
import { createStaff } from './staff.ts'
import { createCounters } from './counters.ts'

export interface SetupOptions {
  seed: number
  /** Data folder of the servers. */
  dir: string
  nodes: number
  /** Minimum number; there is always at least one of each role. */
  dashboards: number
  /** Only servers are killed; access tokens do not expire either. */
  onlyKills: boolean
  /** Environment of the servers: the database and Redis that they share. */
  env: Record<string, string>
}

export type Setup = Awaited<ReturnType<typeof setUp>>

/** Starts the server and the proxy and connects all clients. No orders exist yet. */
export async function setUp({ seed, dir, nodes, dashboards: minimum, onlyKills, env: shared }: SetupOptions) {
  // Each actor has its own random generator, created before the first await, so that timing does not change their draws.
  const root = seeded(seed)
  const ownRandom = () => seeded(root.below(2 ** 32))
  const random = ownRandom()
  const faults: ActiveFaults = { disruptive: false, reordering: false }
  const counters = createCounters()
  const acknowledgements = createAcknowledgements()
  const workload = createWorkload()
  const problems: string[] = []
  const found: Difference[] = []
  const onProblem = (detail: string) => void problems.push(detail)
  let finishing = false
  let gaveUp = false
  const isFinishing = () => finishing

  const env = {
    ...shared,
    DATA_DIR: dir,
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'error',
    ...(onlyKills ? {} : { ACCESS_TOKEN_TTL: config.accessTokenTtl }),
  }
  // Ports do not depend on the seed, so that two runs with the same seed can run at the same time.
  const server = await createNodes({ dir, env, nodes, random: seeded(process.pid), onProblem })
  if (!(await server.start())) throw new Error(`the server did not start: ${problems.join(' ')}`)
  const proxy = await startProxy({ target: server.target, random: ownRandom(), faults, counters })
  const accounts = await createAccounts(proxy.http, server.demo)
  const { restVendors, vendorDashboards } = config.actors
  const steadyVendors = accounts.vendors.filter((vendor) => !accounts.leaving.includes(vendor))

  const timeout = onlyKills ? config.http.relaxedTimeout : config.http.timeout
  const sessions: ReturnType<typeof createSession>[] = []
  async function signIn(client: string, account: Account) {
    const session = createSession({ origin: proxy.http, client, account, timeout, counters })
    sessions.push(session)
    await session.signIn()
    return session
  }

  const browser = async (name: string, account: Account) => ({ name, session: await signIn(name, account) })
  const browsers = await Promise.all([
    ...accounts.admins.map((admin, n) => browser(`admin-dashboard-${n + 1}`, admin)),
    ...accounts.vendors.slice(-vendorDashboards).map((vendor, n) => browser(`vendor-dashboard-${n + 1}`, vendor)),
    ...accounts.customers.map((customer, n) => browser(`customer-dashboard-${n + 1}`, customer)),
  ])
  const dashboard = ({ name, session }: (typeof browsers)[number]) =>
    createDashboard({ name, session, random: ownRandom(), url: proxy.websocket, counters })
  const dashboards = browsers.map(dashboard)
  const library = { name: 'library', origin: proxy.http, token: await accounts.dashboardToken(), counters }
  dashboards.push(createLibraryDashboard(library))
  const listeners = await Promise.all(
    steadyVendors.map(async (vendor, n) => {
      const token = await accounts.device(vendor)
      return startListener({ url: proxy.mqtt, token, vendorId: vendor.user.id, name: `listener-${n + 1}` })
    }),
  )

  const isListening = (id: string) => steadyVendors.some(({ user }) => user.id === id)
  const retries: ReturnType<typeof createRetry>[] = []
  const newRetry = () => {
    const retry = createRetry(ownRandom(), counters)
    retries.push(retry)
    return retry
  }
  const common = { acknowledgements, counters, workload, isFinishing, onProblem }
  const deviceVendors = await Promise.all(
    accounts.vendors.slice(restVendors).map(async (vendor, n) => {
      const own = { name: `device-${n + 1}`, random: ownRandom(), retry: newRetry() }
      const token = await accounts.device(vendor)
      return createDeviceVendor({ ...common, ...own, url: proxy.mqtt, token, vendorId: vendor.user.id })
    }),
  )
  const outcomes: (() => Promise<void>)[] = []
  const vendors = accounts.vendors.slice(0, restVendors).map(async (vendor, n) => {
    const own = { name: `vendor-${n + 1}`, random: ownRandom(), retry: newRetry() }
    const also = { random: ownRandom(), retry: newRetry() }
    const session = await signIn(own.name, vendor)
    outcomes.push(createOutcomes({ ...common, ...own, ...also, session }))
    return createRestVendor({ ...common, ...own, session })
  })
  const { serviceIds } = accounts
  const orderEvery = onlyKills ? config.actors.relaxedOrderEvery : config.actors.orderEvery
  const customers = accounts.customers.map(async (customer, n) => {
    const own = { name: `customer-${n + 1}`, random: ownRandom(), retry: newRetry() }
    const also = { random: ownRandom(), retry: newRetry() }
    const session = await signIn(own.name, customer)
    outcomes.push(createOutcomes({ ...common, ...own, ...also, session }))
    return createCustomer({ ...common, ...own, serviceIds, orderEvery, session })
  })
  const staff = await createStaff({
    origin: proxy.http,
    accounts,
    common,
    random: ownRandom(),
    faults,
    onlyKills,
    newRetry,
    gaveUp: () => gaveUp,
    signIn,
    connectionsOf: ({ user }) => [
      ...dashboards.filter(({ userId }) => userId === user.id).map((one) => one.isLive),
      ...deviceVendors.filter(({ vendorId }) => vendorId === user.id).map((one) => one.connected),
    ],
    found: (differences) => void found.push(...differences),
  })
  const workers = [...(await Promise.all([...customers, ...vendors])), ...outcomes, ...staff.runs]
  // Additional dashboards are further tabs of the same browsers.
  for (let n = dashboards.length; n < minimum; n++) {
    const own = browsers[n % browsers.length]
    if (own) dashboards.push(dashboard({ ...own, name: `tab-${n + 1}` }))
  }

  return {
    server,
    proxy,
    accounts,
    random,
    faults,
    counters,
    acknowledgements,
    problems: problems as readonly string[],
    /** What the actors have found during the run. */
    found: found as readonly Difference[],
    dashboards,
    listeners,
    /** Signs in for the comparison. */
    signIn,
    networkClients: [
      ...dashboards,
      ...numbered('customer', config.actors.customers),
      ...numbered('vendor', restVendors),
      ...numbered('device', config.actors.deviceVendors),
      ...numbered('listener', config.actors.listeners),
    ],
    /** Runs all actors until `finishActors`; each finishes what it began. */
    async runActors() {
      const failed = (error: unknown) => onProblem(`an actor failed: ${String(error)}`)
      await Promise.all([...workers, ...deviceVendors.map((device) => device.run)].map((run) => run().catch(failed)))
    },
    finishActors: () => void (finishing = true),
    giveUp() {
      gaveUp = true
      for (const retry of retries) retry.giveUp()
    },
    leave: staff.leave,
    abandoned: () => retries.reduce((sum, retry) => sum + retry.abandoned(), 0),
    /** Whether each active vendor is connected, by id. */
    connected: (inactive: ReadonlySet<string>) =>
      new Map(
        accounts.vendors.flatMap(({ user: { id } }): [string, boolean][] =>
          inactive.has(id) ? [] : [[id, dashboards.some(({ userId }) => userId === id) || isListening(id)]],
        ),
      ),
    allConnected: () => dashboards.every((one) => one.isLive()) && listeners.every((one) => one.connected()),

    async stop() {
      for (const session of sessions) session.end()
      for (const one of dashboards) one.end()
      await Promise.all([...listeners, ...deviceVendors].map((one) => one.end()))
      await proxy.stop()
      await server.stop()
    },
  }
}

const numbered = (role: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ name: `${role}-${n + 1}` }))
