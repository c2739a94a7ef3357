import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findFerretdb, startFerretdb, type Ferretdb } from './lib/ferretdb.ts'
import { systemClock } from '../lib/clock.ts'
import { createStore } from '../storage/create-store.ts'
import type { OrderRecord, Store } from '../storage/store.ts'
import { createOutageLoad, noPromises, type Promises } from './lib/outage-load.ts'
import { askingScreen, listeningScreen } from './lib/outage-dashboards.ts'
import { figures, progress } from './lib/report.ts'
import { dataFolder, startServer } from './lib/server.ts'
import { eventually, within } from './lib/waiting.ts'

const test = suite('a database that goes away')

// The long form takes a quarter of an hour, so it runs by itself:
//   AWAY_ROUNDS=20 AWAY_SECONDS=30 npx tsx server/system-tests/database-away.system-mongo.ts
const rounds = Number(process.env.AWAY_ROUNDS ?? 3)
const seconds = Number(process.env.AWAY_SECONDS ?? 4)
/** With a database between two outages, in ms. */
const breather = 4_000

/** Every third time it stops answering and keeps its connections open; else it is killed (-9). */
async function takeAway(database: Ferretdb, round: number) {
  const frozen = round % 3 === 2
  if (frozen) database.pause()
  else await database.kill()
  await sleep(seconds * 1_000)
  if (frozen) database.resume()
  else await database.start()
}

test(`away for ${seconds} s under load, ${rounds} times: nothing acknowledged is lost, no restart is needed`, async () => {
  const program = findFerretdb()
  assert.ok(program, 'there is no ferretdb here: scripts/install-ferretdb.sh builds it where there is Go')
  const database = await startFerretdb(program)
  const { dir, remove } = await dataFolder()
  const server = await startServer(dir, {
    MONGO_URI: database.uri('callout'),
    JWT_SECRET: 'a secret that only proofs ever share',
    DEMO: 'true',
    ACCESS_TOKEN_TTL: '12h',
  })
  const promises = noPromises()
  try {
    let over = false
    const isOver = () => over
    const { app, admin } = server
    const load = createOutageLoad({ app, serviceId: await server.service(), promises, isOver })
    const [one, two, three] = [await server.customer(), await server.customer(), await server.customer()]
    const [byRest, byDevice] = [await server.vendor(), await server.vendor()]
    const { login } = await byDevice.device()
    const listening = await listeningScreen(admin)
    const asking = await askingScreen(admin, isOver)
    const everybody = Promise.all([
      load.keyedCustomer(one),
      load.keyedCustomer(two),
      load.hastyCustomer(three),
      load.restVendor(byRest),
      load.device(login),
      asking.run(),
    ])

    const recoveries: number[] = []
    for (let round = 0; round < rounds; round++) {
      await sleep(breather)
      await takeAway(database, round)
      const back = { since: performance.now(), at: 0 }
      promises.firstGoodAfter = back
      progress(() => `round ${round + 1} of ${rounds}: ${promises.keyed.size + promises.unkeyed.size} orders`)
      assert.ok(await eventually(() => back.at > 0, 20_000), 'it goes on by itself')
      recoveries.push(back.at - back.since)
    }
    await sleep(breather)
    over = true
    assert.ok(await within(60_000, everybody), 'everybody could finish what they had begun')
    assert.ok(await eventually(asking.ask, 20_000))
    const store = await createStore(
      { mongoUri: database.uri('callout'), dataDir: dir },
      { clock: systemClock, server: false },
    )
    await store.start()
    await eventually(async () => (await store.orders.unpublished(1)).length === 0, 20_000)
    const stored = await readOrders(store)
    await eventually(() => behind(listening.versions, stored) === 0, 10_000)
    const unpublished = (await store.orders.unpublished(1_000)).length
    await store.stop()

    const { lost, twice } = compare(promises, stored)
    const warned = server.said().match(/has gone/g)?.length ?? 0
    figures('database away', {
      rounds,
      'seconds away each': seconds,
      'orders stored': stored.size,
      'orders acknowledged': promises.keyed.size + promises.unkeyed.size,
      'commands acknowledged': promises.commands.size,
      lost: lost.length,
      'applied twice': twice.length,
      'answered 503': promises.refusals.length,
      'slowest 503 in ms': Math.max(...promises.refusals),
      'slowest first success in ms': Math.max(...recoveries),
      'orders behind on the listening screen': behind(listening.versions, stored),
      'on the asking one': behind(asking.versions, stored),
      unpublished,
      'times the log said so': warned,
    })
    assert.equal(lost, [], 'what was acknowledged is there')
    assert.equal(twice, [], 'and there once')
    assert.equal(promises.wrong, [])
    assert.ok(promises.keyed.size > rounds && promises.unkeyed.size > rounds && promises.commands.size > 4 * rounds)
    assert.ok(promises.refusals.length > rounds && Math.max(...promises.refusals) < 6_000, 'refused within seconds')
    assert.is(
      behind(listening.versions, stored) + behind(asking.versions, stored) + unpublished,
      0,
      'all screens agree',
    )
    assert.ok(listening.connected(), 'who was connected has stayed')
    assert.ok(server.alive(), 'the process is the one that was started')
    assert.ok(warned <= 2 * rounds, server.said())
    await listening.end()
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

/** How many orders a screen shows in an older version, or not at all. */
const behind = (screen: ReadonlyMap<string, number>, stored: ReadonlyMap<string, OrderRecord>) =>
  [...stored.values()].filter(({ id, version }) => screen.get(id) !== version).length

function compare({ keyed, unkeyed, commands }: Promises, stored: ReadonlyMap<string, OrderRecord>) {
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
