import { connectAsync } from 'mqtt'
import type { Received, WatchOrders } from './watchers.ts'

// The process behind watchers.ts: each request is answered with what every subscriber received.

const nothingReceived = (): Received => ({ messages: 0, longestGap: 0, orders: {}, statuses: {}, last: {}, broken: 0 })
let received: Received[] = []

async function watch({ urls, token, filters }: WatchOrders) {
  received = urls.map(nothingReceived)
  await Promise.all(
    urls.map(async (url, index) => {
      const client = await connectAsync(url, { username: 'watcher', password: token, reconnectPeriod: 0 }, false)
      let at = 0
      client.on('message', (topic, payload, { retain }) => {
        const mine = received[index]
        if (!mine || retain) return
        const now = performance.now()
        if (mine.messages++ > 0) mine.longestGap = Math.max(mine.longestGap, now - at)
        at = now
        count(mine, topic, JSON.parse(payload.toString()) as Payload)
      })
      await client.subscribeAsync(filters, { qos: 1 })
    }),
  )
}

interface Payload {
  id?: string
  vendorId?: string
  status: string
}

function count(mine: Received, topic: string, { id, vendorId, status }: Payload) {
  const [seen, key] = vendorId ? [mine.statuses, `${topic} ${vendorId}`] : [mine.orders, `${topic} ${id}`]
  seen[key] = (seen[key] ?? 0) + 1
  if (!vendorId) return
  if (mine.last[key] === status) mine.broken++
  mine.last[key] = status
}

process.on('message', (request: WatchOrders | 'begin' | 'report') => {
  if (request === 'begin') received = received.map(({ last }) => ({ ...nothingReceived(), last }))
  const ready = typeof request === 'object' ? watch(request) : Promise.resolve()
  void ready.then(() => process.send?.(received))
})
process.on('disconnect', () => process.exit())
