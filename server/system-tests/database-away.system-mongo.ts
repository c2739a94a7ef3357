import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findFerretdb, startFerretdb, type Ferretdb } from './lib/ferretdb.ts'
import { systemClock } from '../lib/clock.ts'
import { createStore } from '../storage/create-store.ts'
import type { OrderRecord, Store } from '../storage/store.ts'
import { createOutageLoad, noAcknowledgements, type Acknowledgements } from './lib/outage-load.ts'
import { pollingDashboard, subscribedDashboard } from './lib/outage-dashboards.ts'
import { figures, progress } from './lib/report.ts'
import { dataFolder, startServer } from './lib/server.ts'
import { eventually, within } from './lib/waiting.ts'

const test = suite('database outages under load')

// The long version takes a quarter of an hour and is started by hand:
//   AWAY_ROUNDS=20 AWAY_SECONDS=30 npx tsx server/system-tests/database-away.system-mongo.ts
const rounds = Number(process.env.AWAY_ROUNDS ?? 3)
const seconds = Number(process.env.AWAY_SECONDS ?? 4)
/** Time between two outages, in ms. */
const pauseBetween = 4_000

/** Every third outage freezes the database with open connections (SIGSTOP); the others kill it. */
async function interrupt(database: Ferretdb, round: number) {
  const frozen = round % 3 === 2
  if (frozen) database.pause()
  else await database.kill()
  await sleep(seconds * 1_000)
  if (frozen) database.resume()
  else await database.start()
}

test(`${rounds} outages of ${seconds} s under load: nothing acknowledged is lost, and the server recovers without a restart`, async () => {
  const program = findFerretdb()
  assert.ok(program, 'FerretDB is missing: run scripts/install-ferretdb.sh, which needs Go')
  const database = await startFerretdb(program)
  const { dir, remove } = await dataFolder()
  const server = await startServer(dir, {
    MONGO_URI: database.uri('callout'),
    JWT_SECRET: 'a secret that only system tests share',
    DEMO: 'true',
    ACCESS_TOKEN_TTL: '12h',
  })
  const acknowledged = noAcknowledgements()
  try {
    let finishing = false
    const isFinishing = () => finishing
    const { app, admin } = server
    const load = createOutageLoad({ app, serviceId: await server.service(), acknowledged, isFinishing })
    const [one, two, three] = [await server.customer(), await server.customer(), await server.customer()]
    const [byRest, byDevice] = [await server.vendor(), await server.vendor()]
    const { login } = await byDevice.device()
    const subscribed = await subscribedDashboard(admin)
    const polling = await pollingDashboard(admin, isFinishing)
    const actors = Promise.all([
      load.keyedCustomer(one),
      load.keyedCustomer(two),
      load.unkeyedCustomer(three),
      load.restVendor(byRest),
      load.device(login),
      polling.run(),
    ])

    const recoveries: number[] = []
    for (let round = 0; round < rounds; round++) {
      await sleep(pauseBetween)
      await interrupt(database, round)
      const back = { since: performance.now(), at: 0 }
      acknowledged.firstSuccessAfter = back
      progress(() => `round ${round + 1} of ${rounds}: ${acknowledged.keyed.size + acknowledged.unkeyed.size} orders`)
      assert.ok(await eventually(() => back.at > 0, 20_000), 'the server recovers')
      recoveries.push(back.at - back.since)
    }
    await sleep(pauseBetween)
    finishing = true
    assert.ok(await within(60_000, actors), 'all actors finished')
    assert.ok(await eventually(polling.poll, 20_000))
    const store = await createStore(
      { mongoUri: database.uri('callout'), dataDir: dir },
      { clock: systemClock, server: false, records: [] },
    )
    await store.start()
    await eventually(async () => (await store.orders.unpublished(1)).length === 0, 20_000)
    const stored = await readOrders(store)
    await eventually(() => behind(subscribed.versions, stored) === 0, 10_000)
    const unpublished = (await store.orders.unpublished(1_000)).length
    await store.stop()

    const { lost, twice } = compare(acknowledged, stored)
    const warnings = server.output().match(/has gone/g)?.length ?? 0
    figures('database away', {
      rounds,
      'seconds away each': seconds,
      'orders stored': stored.size,
      'orders acknowledged': acknowledged.keyed.size + acknowledged.unkeyed.size,
      'commands acknowledged': acknowledged.commands.size,
      lost: lost.length,
      'applied twice': twice.length,
      'answered 503': acknowledged.refusals.length,
      'slowest 503 in ms': Math.max(...acknowledged.refusals),
      'slowest first success in ms': Math.max(...recoveries),
      'orders outdated on the subscribed dashboard': behind(subscribed.versions, stored),
      'on the polling dashboard': behind(polling.versions, stored),
      unpublished,
      'warnings in the log': warnings,
    })
    assert.equal(lost, [], 'no acknowledged write is lost')
    assert.equal(twice, [], 'no write is applied twice')
    assert.equal(acknowledged.wrong, [])
    assert.ok(
      acknowledged.keyed.size > rounds && acknowledged.unkeyed.size > rounds && acknowledged.commands.size > 4 * rounds,
    )
    assert.ok(
      acknowledged.refusals.length > rounds && Math.max(...acknowledged.refusals) < 6_000,
      'refusals take seconds at most',
    )
    assert.is(
      behind(subscribed.versions, stored) + behind(polling.versions, stored) + unpublished,
      0,
      'all dashboards are current',
    )
    assert.ok(subscribed.connected(), 'the dashboard stayed connected')
    assert.ok(server.alive(), 'the process is still running')
    assert.ok(warnings <= 2 * rounds, server.output())
    await subscribed.end()
    assert.is(await server.end(), 0)
  } finally {
    await server.end('SIGKILL')
    await database.stop()
    await remove()
  }
})

async function readOrders({ orders }: Store): Promise<Map<string, OrderRecord>> {
  const all = new Map<string, OrderRecord>()
  for (let after: OrderRecord | undefined; ;) {
    const page = await orders.list({ scope: { kind: 'all' }, limit: 500, after })
    for (const order of page) all.set(order.id, order)
    after = page.at(-1)
    if (page.length < 500) return all
  }
}

/** Number of orders that a dashboard shows in an older version or not at all. */
const behind = (dashboard: ReadonlyMap<string, number>, stored: ReadonlyMap<string, OrderRecord>) =>
  [...stored.values()].filter(({ id, version }) => dashboard.get(id) !== version).length

function compare({ keyed, unkeyed, commands }: Acknowledgements, stored: ReadonlyMap<string, OrderRecord>) {
  const applied = [...stored.values()].flatMap(({ history }) => history.flatMap(({ commandId }) => commandId ?? []))
  const keys = [...stored.values()].map(({ notes }) => notes).filter((notes) => notes.startsWith('key-'))
  const lost = [
    ...[...keyed].filter(([key, id]) => stored.get(id)?.notes !== key).map(([key]) => key),
    ...[...unkeyed].filter((id) => !stored.has(id)),
    ...[...commands].filter(
      ([commandId, id]) => !stored.get(id)?.history.some((entry) => entry.commandId === commandId),
    ),
  ]
  return { lost, twice: [...repeated(applied), ...repeated(keys)] }
}

const repeated = (all: string[]) => all.filter((one, n) => all.indexOf(one) !== n)

test.run()
