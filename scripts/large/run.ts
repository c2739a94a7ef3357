import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isoTime, systemClock } from '../../server/lib/clock.ts'
import { hashPassword } from '../../server/auth/passwords.ts'
import { createStore } from '../../server/storage/create-store.ts'
import { orderPlacer } from '../../server/system-tests/lib/orders.ts'
import { memoryOf, watchMemory } from '../../server/system-tests/lib/process.ts'
import { dataFolder, startServer } from '../../server/system-tests/lib/server.ts'
import { steadily } from '../../server/system-tests/lib/waiting.ts'
import { call, Person } from '../../server/testing/app.ts'
import { aUser } from '../../server/testing/records.ts'
import { SignedIn } from '#shared/users.ts'
import { ana, bob, fill } from '../bench/measures/many-orders.ts'
import { requestKinds, type People } from './requests.ts'

export interface LargeOptions {
  /** Stored before the measurement. */
  orders: number
  /** Placed during the measurement. */
  perSecond: number
  seconds: number
  /** Of the built server. */
  built: string
  /** A data folder that is kept; it is filled if it does not exist. Without it, a temporary one. */
  folder?: string
  onProgress(text: string): void
}

export interface LargeRun {
  orders: number
  placed: number
  /** Of the database file, in MB. */
  megabytes: number
  /** Latencies in ms, by the name of the request. */
  latencies: Map<string, number[]>
  /** Latencies in ms of placing an order. */
  placing: number[]
  /**
   * Of the CSV export of all orders: bytes, seconds, and the server's resident memory in MB before, at most meanwhile, and at
   * most in a second export.
   */
  exported: { bytes: number; seconds: number; before: number; most: number; mostNext: number }
}

const password = 'correct horse battery'
const ninetyDays = 90 * 86_400_000

/** Measures every kind of request on a large database while orders come in. */
export async function runLarge(options: LargeOptions): Promise<LargeRun> {
  const { orders, perSecond, seconds, built, folder, onProgress } = options
  const { dir, remove } = folder === undefined ? await dataFolder() : { dir: folder, remove: async () => {} }
  try {
    if (!existsSync(join(dir, 'callout.db'))) await fillFolder(dir, orders, onProgress)
    const server = await startServer(dir, {}, built)
    try {
      const people: People = {
        admin: server.admin,
        customer: await signIn(server.app, ana.id),
        vendor: await signIn(server.app, bob.id),
      }
      const service = await server.service()
      const placer = orderPlacer(server.app, await server.demo('customer@example.com'), service)
      const placing: number[] = []
      const work = { ended: false }
      async function load(during: number): Promise<void> {
        const placed: Promise<void>[] = []
        await steadily(perSecond, during, () => {
          const begun = performance.now()
          placed.push(placer.place().then(() => void placing.push(performance.now() - begun)))
        })
        await Promise.all(placed)
      }

      const loaded = load(seconds).then(() => void (work.ended = true))
      const latencies = await measure(people, () => work.ended, onProgress)
      await loaded
      onProgress('exporting every order, twice')
      const exported = await exportAll(server.pid, people.admin, server.app.http, () => load(5))
      placer.end()
      const { size } = statSync(join(dir, 'callout.db'))
      return { orders, placed: placing.length, megabytes: size / 2 ** 20, latencies, placing, exported }
    } finally {
      await server.end('SIGKILL')
    }
  } finally {
    await remove()
  }
}

async function fillFolder(dir: string, orders: number, onProgress: LargeOptions['onProgress']) {
  const store = await createStore({ mongoUri: null, dataDir: dir }, { clock: systemClock, server: true, records: [] })
  await store.start()
  const passwordHash = await hashPassword(password)
  for (const [person, role] of [
    [ana, 'customer'],
    [bob, 'vendor'],
  ] as const) {
    await store.users.create(aUser({ ...person, role, email: emailOf(person.id), passwordHash, createdAt: isoTime(0) }))
  }
  const now = systemClock.now()
  await fill(store, orders, [now - ninetyDays, now], (stored) => {
    if (stored % 20_000 === 0) onProgress(`${stored} of ${orders} orders are stored`)
  })
  await store.stop()
}

const emailOf = (id: string) => `${id}@example.org`

async function signIn(app: Parameters<typeof call>[0], id: string): Promise<Person> {
  const { body } = await call(app, 'POST', '/api/auth/login', { email: emailOf(id), password })
  return new Person(app, SignedIn.parse(body))
}

/** One request after the other, of each kind in turn. */
async function measure(people: People, ended: () => boolean, onProgress: LargeOptions['onProgress']) {
  const cursors = new Map<keyof People, string>()
  const catchUp = (by: keyof People) => `/api/orders?since=${encodeURIComponent(cursors.get(by) ?? '')}`
  const latencies = new Map<string, number[]>()
  const kinds = requestKinds(systemClock.now(), catchUp)
  for (let n = 0; !ended() || n < 2; n++) {
    for (const by of ['admin', 'customer', 'vendor'] as const) {
      const { body } = await people[by].get<{ syncCursor: string }>('/api/orders?limit=1')
      if (n % 4 === 0) cursors.set(by, body.syncCursor)
    }
    for (const { name, by, path } of kinds) {
      const begun = performance.now()
      const { status, body } = await people[by].get(path(n))
      const took = performance.now() - begun
      if (status !== 200) throw new Error(`${name} was answered with ${status} ${JSON.stringify(body)}`)
      // The first round reads pages of the file that no request has read before.
      if (n > 0) latencies.set(name, [...(latencies.get(name) ?? []), took])
    }
    onProgress(`${n + 1} rounds of ${kinds.length} requests`)
  }
  return latencies
}

async function exportAll(pid: number, admin: Person, http: string, load: () => Promise<void>) {
  const before = memoryOf(pid)
  const first = await exportOnce(pid, admin, http, load)
  const { most: mostNext } = await exportOnce(pid, admin, http, load)
  return { ...first, before, mostNext }
}

async function exportOnce(pid: number, admin: Person, http: string, load: () => Promise<void>) {
  const memory = watchMemory(pid)
  const begun = performance.now()
  const headers = { authorization: `Bearer ${admin.token}` }
  const [response] = await Promise.all([fetch(`${http}/api/orders/export.csv`, { headers }), load()])
  let bytes = 0
  for await (const chunk of response.body ?? []) bytes += chunk.length
  return { bytes, seconds: (performance.now() - begun) / 1000, most: memory.stop() }
}
