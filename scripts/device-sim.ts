import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createVan } from './simulate/van.ts'

// Simulates a device: publishes its status (offline by its last will), reports its location, and accepts and completes
// offered orders, one at a time.
//
//   npm run device-sim -- --token dev_… [--api http://127.0.0.1:3000] [--step 4] [--orders 0]
//
// --step: seconds between two status changes of an order. --orders: number of orders; 0 runs until Ctrl-C.

const { values } = parseArgs({
  options: {
    token: { type: 'string' },
    api: { type: 'string', default: 'http://127.0.0.1:3000' },
    step: { type: 'string', default: '4' },
    orders: { type: 'string', default: '0' },
  },
})
const token = values.token ?? process.env.DEVICE_TOKEN
const step = Number(values.step) * 1000
const wanted = Number(values.orders)
if (!token) fail('Set --token or DEVICE_TOKEN. The vendor’s page “Devices” creates one, as does POST /api/devices.')
if (!(step >= 0) || !Number.isInteger(wanted) || wanted < 0) fail('--step takes seconds, --orders a whole number.')

const get = async (path: string) => {
  const response = await fetch(`${values.api}/api${path}`, { headers: { authorization: `Bearer ${token}` } })
  const body = await response.json()
  if (!response.ok) fail(`${values.api}: ${body.detail ?? response.statusText}`)
  return body
}
const { user } = await get('/auth/me').catch((error: unknown) => fail(`${values.api}: ${String(error)}`))
const { port } = await get('/mqtt')
const url = `mqtt://${new URL(values.api).hostname}:${port}`
const van = createVan({
  url,
  token,
  vendorId: user.id,
  clientId: 'device-sim',
  offered: async () => (await get('/orders?status=pending')).orders.map(({ id }: { id: string }) => id),
})
await van.connect().catch((error: unknown) => fail(`${url}: ${String(error)}`))
console.log(`${user.name} is connected: ${url}`)

let [lat, lng] = [52.52, 13.405]
const driving = setInterval(() => {
  ;[lat, lng] = [lat + (Math.random() - 0.5) / 500, lng + (Math.random() - 0.5) / 500]
  van.report({ lat, lng })
}, 2_000)

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

let done = 0
while ((wanted === 0 || done < wanted) && (await van.untilOffered(stopping.signal))) {
  const [orderId = ''] = van.offers
  let worked = true
  for (const status of ['accepted', 'on_the_way', 'in_progress', 'completed'] as const) {
    const { ok, detail, code } = await van.command(orderId, status)
    worked = ok
    if (!ok) {
      console.log(`  refused: ${detail ?? code}`)
      break
    }
    console.log(`  ${orderId} ${status}`)
    await sleep(step)
  }
  van.forget(orderId)
  if (worked) done++
}
clearInterval(driving)
await van.end()
console.log(`${done} order${done === 1 ? '' : 's'} completed`)

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}
