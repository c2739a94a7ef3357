import { parseArgs } from 'node:util'
import { connectAsync } from 'mqtt'

// A van with a device token: it says that it is there (and by its last will when it is not), reports where it is, takes
// offers and works them, one at a time.
//
//   npm run device-sim -- --token dev_… [--api http://127.0.0.1:3000] [--step 4] [--orders 0]
//
// --step: seconds between two steps of an order. --orders: ends after so many; 0 goes on until Ctrl-C.

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
if (!token)
  fail('Whose van? Give --token, or DEVICE_TOKEN: the vendor’s page “Devices” makes one, as does POST /api/devices.')
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
  // Commands and offers wait for it while it sleeps.
  clean: false,
  keepalive: 30,
  will: { topic: 'vendor/status', payload: Buffer.from('offline'), qos: 1, retain: false },
}).catch((error: unknown) => fail(`${url}: ${String(error)}`))
console.log(`${user.name} is on the road: ${url}`)

const offers: string[] = []
const answers = new Map<string, (ok: boolean) => void>()
const timeline = ['accepted', 'on_the_way', 'in_progress', 'completed']
const sleep = (ms: number) => new Promise((resolve) => void setTimeout(resolve, ms))

client.on('message', (topic, payload) => {
  const said = JSON.parse(payload.toString())
  if (topic.endsWith('/replies')) {
    if (!said.ok) console.log(`  refused: ${said.detail ?? said.code}`)
    answers.get(said.commandId)?.(said.ok)
  } else if (said.gone) {
    // Somebody else has it.
    if (offers.includes(said.id)) offers.splice(offers.indexOf(said.id), 1)
  } else if (said.status === 'pending' && !offers.includes(said.id)) offers.push(said.id)
})
await client.subscribeAsync(['orders/new', 'orders/update', `users/${user.id}/replies`], { qos: 1 })
const report = () => client.publishAsync('vendor/status', 'online', { qos: 1 })
client.on('connect', () => void report())
await report()
for (const { id } of (await get('/orders?status=pending')).orders) if (!offers.includes(id)) offers.push(id)

let [lat, lng] = [52.52, 13.405]
const driving = setInterval(() => {
  ;[lat, lng] = [lat + (Math.random() - 0.5) / 500, lng + (Math.random() - 0.5) / 500]
  client.publish('vendor/location', JSON.stringify({ lat, lng, accuracy: 8 }), { qos: 0 })
}, 2_000)

let stopping = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stopping = true))

/** Sends a command, again with the same id if need be: it is applied once. */
async function command(orderId: string, status: string): Promise<boolean> {
  const commandId = `${orderId}-${status}`
  const answered = new Promise<boolean>((resolve) => answers.set(commandId, resolve))
  await client.publishAsync(`orders/${orderId}/status`, JSON.stringify({ status, commandId }), { qos: 1 })
  const ok = await answered
  answers.delete(commandId)
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
