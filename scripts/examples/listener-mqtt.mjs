// Prints what is published about orders and vendors, with mqtt.js alone. It keeps the highest version of each order; what was
// published while it was away it does not get: the library (listener.mjs) reads that from GET /api/orders?since=….
//   TOKEN=tok_… node scripts/examples/listener-mqtt.mjs [mqtt://127.0.0.1:1883]
import { connect } from 'mqtt'

const client = connect(process.argv[2] ?? 'mqtt://127.0.0.1:1883', {
  username: 'listener',
  password: process.env.TOKEN,
})
const versions = new Map()

client.on('connect', () => {
  client.subscribe(['orders/new', 'orders/update', 'vendor/status/+'], { qos: 1 }, (error, granted = []) => {
    for (const { topic, qos } of granted) console.log(qos === 128 ? 'refused' : 'subscribed to', topic)
  })
})
client.on('message', (topic, payload) => {
  // An empty retained message: the vendor was deactivated.
  if (payload.length === 0) return
  const message = JSON.parse(payload.toString())
  if (topic.startsWith('vendor/')) return console.log(message.name, message.status)
  if (message.version <= (versions.get(message.id) ?? 0)) return
  versions.set(message.id, message.version)
  console.log(message.number, message.status, 'version', message.version, message.vendor?.name ?? '')
})
client.on('error', (error) => {
  console.error(error.code === 4 || error.code === 5 ? 'The broker refuses the token.' : error.message)
  // mqtt.js would try the same token again for ever.
  if (error.code === 4 || error.code === 5) client.end()
})
