import { seeded } from '../../server/system-tests/lib/numbers.ts'
import { createAdmin } from './actors/admin.ts'
import { createCustomer } from './actors/customer.ts'
import { createDashboard } from './actors/dashboard.ts'
import { createDeviceVendor } from './actors/device-vendor.ts'
import { startListener } from './actors/listener.ts'
import { createWorkload } from './actors/workload.ts'
import { createRetry } from './actors/retry.ts'
import { createRestVendor } from './actors/rest-vendor.ts'
import { createSession, type Account } from './actors/session.ts'
import { config, type Mood } from './config.ts'
import { makePeople } from './accounts.ts'
import { startProxy } from './proxy/proxy.ts'
import { createRecord } from './acknowledgements.ts'
import { createKeptServers } from './nodes.ts'
import { createTally } from './counters.ts'

export interface StageOptions {
  seed: number
  /** For what the servers keep. */
  dir: string
  nodes: number
  /** At least so many; there are always some of each role. */
  dashboards: number
  /** Nothing runs out, either. */
  onlyKills: boolean
  /** What the servers are told besides: the database and the Redis they share. */
  env: Record<string, string>
}

export type Stage = Awaited<ReturnType<typeof setStage>>

/** The server, the proxy and everybody who takes part, connected and still: nothing has been ordered yet. */
export async function setStage({ seed, dir, nodes, dashboards: screens, onlyKills, env: shared }: StageOptions) {
  // Everyone draws from a source of their own, taken before anything is waited for: what one does moves nobody else's chances.
  const root = seeded(seed)
  const ownRandom = () => seeded(root.below(2 ** 32))
  const random = ownRandom()
  const mood: Mood = { rough: false, mild: false }
  const tally = createTally()
  const record = createRecord()
  const market = createWorkload()
  const troubles: string[] = []
  const onTrouble = (words: string) => void troubles.push(words)
  let over = false
  const isOver = () => over

  const env = {
    ...shared,
    DATA_DIR: dir,
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'error',
    ...(onlyKills ? {} : { ACCESS_TOKEN_TTL: config.accessTokenTtl }),
  }
  // The ports are not by the seed: two runs of one seed may be under way.
  const server = await createKeptServers({ dir, env, nodes, random: seeded(process.pid), onTrouble })
  if (!(await server.start())) throw new Error(`the server did not start: ${troubles.join(' ')}`)
  const proxy = await startProxy({ target: server.target, random: ownRandom(), mood, tally })
  const people = await makePeople(proxy.http, server.demo)
  const { restVendors, vendorScreens } = config.people

  const waits = onlyKills ? config.http.calmPatience : config.http.patience
  const sessions: ReturnType<typeof createSession>[] = []
  async function signIn(client: string, account: Account) {
    const session = createSession({ origin: proxy.http, client, account, patience: waits, tally })
    sessions.push(session)
    await session.signIn()
    return session
  }

  const browser = async (name: string, account: Account) => ({ name, session: await signIn(name, account) })
  const browsers = await Promise.all([
    ...people.admins.map((admin, n) => browser(`admin-screen-${n + 1}`, admin)),
    ...people.vendors.slice(-vendorScreens).map((vendor, n) => browser(`vendor-screen-${n + 1}`, vendor)),
    ...people.customers.map((customer, n) => browser(`customer-screen-${n + 1}`, customer)),
  ])
  const dashboard = ({ name, session }: (typeof browsers)[number]) =>
    createDashboard({ name, session, random: ownRandom(), url: proxy.websocket, tally })
  const dashboards = browsers.map(dashboard)
  const listeners = await Promise.all(
    people.vendors.slice(0, config.people.listeners).map(async (vendor, n) => {
      const token = await people.device(vendor)
      return startListener({ url: proxy.mqtt, token, vendorId: vendor.user.id, name: `listener-${n + 1}` })
    }),
  )

  const patiences: ReturnType<typeof createRetry>[] = []
  const patient = () => {
    const patience = createRetry(ownRandom(), tally)
    patiences.push(patience)
    return patience
  }
  const common = { record, tally, market, isOver, onTrouble }
  const deviceVendors = await Promise.all(
    people.vendors.slice(restVendors).map(async (vendor, n) => {
      const own = { name: `device-${n + 1}`, random: ownRandom(), patience: patient() }
      const token = await people.device(vendor)
      return createDeviceVendor({ ...common, ...own, url: proxy.mqtt, token, vendorId: vendor.user.id })
    }),
  )
  const vendors = people.vendors.slice(0, restVendors).map(async (vendor, n) => {
    const own = { name: `vendor-${n + 1}`, random: ownRandom(), patience: patient() }
    return createRestVendor({ ...common, ...own, session: await signIn(own.name, vendor) })
  })
  const { serviceId } = people
  const orderEvery = onlyKills ? config.people.calmOrderEvery : config.people.orderEvery
  const customers = people.customers.map(async (customer, n) => {
    const own = { name: `customer-${n + 1}`, random: ownRandom(), patience: patient() }
    return createCustomer({ ...common, ...own, serviceId, orderEvery, session: await signIn(own.name, customer) })
  })
  const [boss] = people.admins
  if (!boss) throw new Error('there is no admin')
  const vendorIds = people.vendors.map(({ user }) => user.id)
  const ownOfAdmin = { name: 'admin-1', random: ownRandom(), patience: patient() }
  const admin = signIn('admin-1', boss).then((session) => createAdmin({ ...common, ...ownOfAdmin, session, vendorIds }))
  const workers = await Promise.all([...customers, ...vendors, admin])
  // More dashboards are more tabs of the same browsers.
  for (let n = dashboards.length; n < screens; n++) {
    const own = browsers[n % browsers.length]
    if (own) dashboards.push(dashboard({ ...own, name: `tab-${n + 1}` }))
  }

  return {
    server,
    proxy,
    people,
    random,
    mood,
    tally,
    record,
    troubles: troubles as readonly string[],
    dashboards,
    listeners,
    /** A session of its own for each, without mischief, to read the answers to compare. */
    signIn,
    victims: [
      ...dashboards,
      ...numbered('customer', config.people.customers),
      ...numbered('vendor', restVendors),
      ...numbered('device', config.people.deviceVendors),
      ...numbered('listener', config.people.listeners),
    ],
    /** Everybody works until `endWork`, and finishes what they have begun. */
    async work() {
      const failed = (error: unknown) => onTrouble(`somebody failed: ${String(error)}`)
      await Promise.all([...workers, ...deviceVendors.map((device) => device.run)].map((run) => run().catch(failed)))
    },
    endWork: () => void (over = true),
    giveUp: () => patiences.forEach((patience) => patience.giveUp()),
    abandoned: () => patiences.reduce((sum, patience) => sum + patience.abandoned(), 0),
    allConnected: () => dashboards.every((one) => one.isLive()) && listeners.every((one) => one.connected()),

    async clear() {
      for (const session of sessions) session.end()
      for (const one of dashboards) one.end()
      await Promise.all([...listeners, ...deviceVendors].map((one) => one.end()))
      await proxy.stop()
      await server.stop()
    },
  }
}

const numbered = (what: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ name: `${what}-${n + 1}` }))
