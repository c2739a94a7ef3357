import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import { figures } from '../../system-tests/lib/report.ts'
import { again, dataFolder, startServer } from '../../system-tests/lib/server.ts'
import { placeOrder, type Person } from '../../testing/app.ts'
import { photo } from './testing/pictures.ts'
import { fetchFile, upload } from './testing/uploads.ts'

const test = suite('pictures and kill -9')

/** A longer run: KILLS=40. */
const kills = Number(process.env.KILLS ?? 8)
/** Below the limit of an order. */
const perOrder = 12

test('an acknowledged picture survives kill -9, and one that is sent again is there once', async () => {
  const { dir, remove } = await dataFolder()
  let server = await startServer(dir)
  const [customer, first] = [await server.customer(), await server.vendor()]
  const service = await server.service()
  const body = await photo(900, 700)
  const orders: Order[] = []
  let vendor: Person = first
  let [acknowledged, unanswered] = [0, 0]
  /** By the id that the sender chose: the order. */
  const sent = new Map<string, Order>()
  const known = new Set<string>()

  /** Sends pictures of one order, one after the other, until the server does not answer. */
  async function sendAll(order: Order, round: number) {
    for (let n = 0; n < perOrder; n++) {
      const id = `r${round}-${order.id}-${n}`
      sent.set(id, order)
      const answer = await upload(server.app, vendor, order, body, { id }).catch(() => null)
      if (!answer) return
      assert.is(answer.status, 201, JSON.stringify(answer.body))
      known.add(id)
    }
  }

  for (let round = 0; round < kills; round++) {
    const placed: Order[] = []
    for (let n = 0; n < 3; n++) {
      const { body: order } = await again(customer, server.app).post<Order>('/api/orders', placeOrder(service))
      assert.is((await vendor.set(order, 'accepted')).status, 200)
      placed.push(order)
    }
    orders.push(...placed)
    const sending = Promise.all(placed.map((order) => sendAll(order, round)))
    await sleep(60 + ((round * 97) % 400))
    await server.end('SIGKILL')
    await sending
    server = await startServer(dir)
    vendor = again(first, server.app)
    for (const id of known) {
      const response = await fetchFile(server.app, vendor, id)
      const bytes = await response.arrayBuffer()
      assert.is(response.status, 200, `${id} was acknowledged`)
      assert.ok(bytes.byteLength > 0)
    }
    for (const [id, order] of sent) {
      if (known.has(id)) continue
      const answer = await upload(server.app, vendor, order, body, { id })
      assert.ok([200, 201].includes(answer.status), JSON.stringify(answer.body))
      unanswered++
      known.add(id)
    }
    acknowledged = known.size
  }

  for (const order of orders) {
    const { body: current } = await vendor.get<Order>(`/api/orders/${order.id}`)
    const named = (current.files ?? []).map(({ id }) => id)
    const expected = [...sent].filter(([, of]) => of.id === order.id).map(([id]) => id)
    assert.equal(named.toSorted(), expected.toSorted(), 'each picture once')
    for (const id of named) {
      const small = await fetchFile(server.app, vendor, id, 'small')
      assert.ok((await small.arrayBuffer()).byteLength > 0 && small.status === 200)
    }
  }
  figures('pictures and kill -9', { kills, pictures: acknowledged, 'sent again after a kill': unanswered })
  assert.ok(unanswered > 0, 'pictures were being sent when the server was killed')
  await server.end()
  await remove()
})

test.run()
