import { parseArgs } from 'node:util'
import { connectAsync } from 'mqtt'

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

const client = await connectAsync(url, {
  username: 'device-sim',
  password: token,
  clientId: 'device-sim',
  // A persistent session: the broker queues offers while the device sleeps.
  clean: false,
  keepalive: 30,
  will: { topic: 'vendor/status', payload: Buffer.from('offline'), qos: 1, retain: false },
}).catch((error: unknown) => fail(`${url}: ${String(error)}`))
console.log(`${user.name} is connected: ${url}`)

const offers: string[] = []
const pendingReplies = new Map<string, (ok: boolean) => void>()
const timeline = ['accepted', 'on_the_way', 'in_progress', 'completed']
const sleep = (ms: number) => new Promise((resolve) => void setTimeout(resolve, ms))

client.on('message', (topic, payload) => {
  const message = JSON.parse(payload.toString())
  if (topic.endsWith('/replies')) {
    if (!message.ok) console.log(`  refused: ${message.detail ?? message.code}`)
    pendingReplies.get(message.commandId)?.(message.ok)
  } else if (message.gone) {
    // Another vendor has claimed it.
    if (offers.includes(message.id)) offers.splice(offers.indexOf(message.id), 1)
  } else if (message.status === 'pending' && !offers.includes(message.id)) offers.push(message.id)
})
await client.subscribeAsync(['orders/new', 'orders/update', `users/${user.id}/replies`], { qos: 1 })
const publishOnline = () => client.publishAsync('vendor/status', 'online', { qos: 1 })
client.on('connect', () => void publishOnline())
await publishOnline()
for (const { id } of (await get('/orders?status=pending')).orders) if (!offers.includes(id)) offers.push(id)

let [lat, lng] = [52.52, 13.405]
const driving = setInterval(() => {
  ;[lat, lng] = [lat + (Math.random() - 0.5) / 500, lng + (Math.random() - 0.5) / 500]
  client.publish('vendor/location', JSON.stringify({ lat, lng, accuracy: 8 }), { qos: 0 })
}, 2_000)

let stopping = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stopping = true))

/** Sends a command. mqtt.js may send it again after a reconnect; the commandId makes it apply once. */
async function command(orderId: string, status: string): Promise<boolean> {
  const commandId = `${orderId}-${status}`
  const replied = new Promise<boolean>((resolve) => pendingReplies.set(commandId, resolve))
  await client.publishAsync(`orders/${orderId}/status`, JSON.stringify({ status, commandId }), { qos: 1 })
  const ok = await replied
  pendingReplies.delete(commandId)
  return ok
}

let done = 0
while (!stopping && (wanted === 0 || done < wanted)) {
  const orderId = offers.shift()
  if (!orderId) {
    await sleep(200)
    continue
  }
  let worked = true
  for (const status of timeline) {
    worked = await command(orderId, status)
    if (!worked) break
    console.log(`  ${orderId} ${status}`)
    await sleep(step)
  }
  if (worked) done++
}
clearInterval(driving)
await client.publishAsync('vendor/status', 'offline', { qos: 1 })
await client.endAsync()
console.log(`${done} order${done === 1 ? '' : 's'} completed`)

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}
