import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import { createDevice, type Job } from './lib/device.ts'
import { seeded } from './lib/numbers.ts'
import { orderPlacer } from './lib/orders.ts'
import { figures, progress } from './lib/report.ts'
import { again, dataFolder, freePorts, startServer } from './lib/server.ts'
import { eventually } from './lib/waiting.ts'

const test = suite('device commands')

// KILL_SEED repeats a run, except for timing.
const seed = Number(process.env.KILL_SEED ?? 20_260_302)
const devices = 3
const ordersEach = 56
const kills = 18

/** Each order is accepted, released and accepted again, so that a repeated command would apply again. */
const ways = [
  ['accepted', 'pending', 'accepted', 'on_the_way', 'in_progress', 'completed'],
  ['accepted', 'pending', 'accepted', 'pending', 'accepted', 'on_the_way'],
]
const total = devices * ordersEach * 6

test(`${total} commands and ${kills} kill -9: no acknowledged command is lost, none is applied twice (seed ${seed})`, async () => {
  const random = seeded(seed)
  const { dir, remove } = await dataFolder()
  const ports = await freePorts()
  let server = await startServer(dir, ports)
  try {
    const customer = await server.demo('customer@example.com')
    const { admin } = server
    const placer = orderPlacer(server.app, customer, await server.service())
    const acknowledged = new Set<string>()
    const commanded = new Map<string, string[]>()
    let heard = () => {}

    const workers = await Promise.all(
      Array.from({ length: devices }, async () => {
        const vendor = await server.vendor()
        const { status, body } = await vendor.post<{ token: string }>('/api/devices', { name: 'Van' })
        assert.is(status, 201, 'a device is made')
        const orders = await Promise.all(Array.from({ length: ordersEach }, () => placer.place()))
        const jobs = orders.map((orderId, n): Job => {
          const commands = (ways[n % 2] ?? []).map((step, index) => {
            // The history keeps the note, which identifies the command.
            const commandId = `${orderId}-${index}`
            return { status: step, commandId, ...(step === 'pending' ? { reason: commandId } : { note: commandId }) }
          })
          commanded.set(
            orderId,
            commands.map(({ commandId }) => commandId),
          )
          return { orderId, commands }
        })
        return createDevice({ token: body.token, vendorId: vendor.id }, jobs, random, (commandId) => {
          acknowledged.add(commandId)
          heard()
        })
      }),
    )
    placer.end()

    const done = () => workers.every((worker) => worker.left() === 0)
    let killed = 0
    let underWay = 0
    for (;;) {
      // Kill once in each of equal parts of the run, and once when all commands are acknowledged.
      const at = Math.floor((total * (killed + random.next())) / kills)
      const reached = new Promise<void>((resolve) => {
        heard = () => {
          if (acknowledged.size >= at || done()) resolve()
        }
      })
      await Promise.all(workers.map((worker) => worker.connect(server.app)))
      heard()
      await reached
      // Meanwhile the server stores commands whose acknowledgements are lost.
      for (const worker of workers) worker.stopReading()
      const last = done()
      await sleep(random.below(20))
      underWay += workers.reduce((n, worker) => n + worker.left(), 0)
      await server.end('SIGKILL')
      killed++
      progress(() => `killed ${killed} times, ${acknowledged.size} of ${total} acknowledged`)
      server = await startServer(dir, ports)
      if (last) break
    }

    const reader = again(admin, server.app)
    const published = await eventually(async () => (await reader.get('/readyz')).status === 200, 5_000)
    const seen = await Promise.all(
      [...commanded].map(async ([id, commands]) => ({
        commands,
        order: (await reader.get<Order>(`/api/orders/${id}`)).body,
      })),
    )
    const notes = seen.flatMap(({ order }) => order.history.map((entry) => entry.note ?? ''))
    const applied = new Map<string, number>()
    for (const note of notes.filter(Boolean)) applied.set(note, (applied.get(note) ?? 0) + 1)
    const missing = [...acknowledged].filter((id) => !applied.has(id))
    const twice = [...applied].filter(([, times]) => times > 1)

    const refused = workers.flatMap((worker) => worker.refusals())

    figures('device commands', {
      seed,
      commands: total,
      kills: killed,
      acknowledged: acknowledged.size,
      'sent again': workers.reduce((n, worker) => n + worker.repeated(), 0),
      'left to do at the kills, in all': underWay,
      'acknowledged and missing': missing.length,
      'applied twice': twice.length,
      refused: refused.length,
    })
    assert.ok(published)
    assert.ok(killed >= 15, 'it was killed often enough')
    assert.is(acknowledged.size, total)
    assert.equal(missing.slice(0, 5), [], 'none acknowledged and missing')
    assert.equal(twice.slice(0, 5), [], 'none applied twice')
    assert.equal(refused.slice(0, 5), [], 'what is sent again is answered as it was the first time')
    for (const { commands, order } of seen) {
      const found = order.history.slice(1).map((entry) => entry.note)
      assert.equal(found, commands, 'every command once, in its order')
      assert.is(order.version, commands.length + 1)
    }
    for (const worker of workers) worker.end()
  } finally {
    await server.end('SIGKILL')
    await remove()
  }
})

test.run()
