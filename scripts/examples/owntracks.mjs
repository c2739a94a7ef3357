// Drives a way and publishes what the app OwnTracks would: to try the map and the arrival without a car.
//   DEVICE_TOKEN=… node scripts/examples/owntracks.mjs [mqtt://127.0.0.1:1883] 52.5003,13.4012 52.5163,13.3777
// The points are connected by straight lines. SPEED in km/h (40), EVERY in seconds between two positions (5, at least 1).
import { connectAsync } from 'mqtt'

const [url, points] = process.argv[2]?.includes('://')
  ? [process.argv[2], process.argv.slice(3)]
  : ['mqtt://127.0.0.1:1883', process.argv.slice(2)]
const corners = points.map((point) => point.split(',').map(Number))
if (corners.length < 2 || corners.flat().some((degrees) => !Number.isFinite(degrees))) {
  console.error('Name at least two points as LAT,LNG.')
  process.exit(2)
}
const speed = Number(process.env.SPEED ?? 40)
const every = Math.max(Number(process.env.EVERY ?? 5), 1)

/** Metres, on a plane: the corners are a few kilometres apart. */
function distance([latA, lngA], [latB, lngB]) {
  const north = (latB - latA) * 111_195
  const east = (lngB - lngA) * 111_195 * Math.cos((latA * Math.PI) / 180)
  return Math.hypot(north, east)
}

/** A position each `step` metres, and the last corner. */
function* positions(step) {
  let rest = 0
  for (const [n, to] of corners.slice(1).entries()) {
    const from = corners[n]
    const length = distance(from, to)
    for (; rest < length; rest += step)
      yield from.map((degrees, axis) => degrees + ((to[axis] - degrees) * rest) / length)
    rest -= length
  }
  yield corners.at(-1)
}

const topic = 'owntracks/callout/van'
const seconds = () => Math.floor(Date.now() / 1000)
const payload = (fields) => JSON.stringify({ ...fields, tst: seconds() })
const client = await connectAsync(url, {
  username: 'callout',
  password: process.env.DEVICE_TOKEN,
  will: { topic, payload: payload({ _type: 'lwt' }), qos: 1, retain: false },
}).catch((error) => {
  console.error(error.code === 4 || error.code === 5 ? 'The broker refuses the token.' : error.message)
  process.exit(1)
})
for (const [lat, lon] of positions((speed / 3.6) * every)) {
  const location = {
    _type: 'location',
    lat,
    lon,
    acc: 8,
    vel: Math.round(speed),
    batt: 87,
    conn: 'm',
    t: 't',
    tid: 'va',
  }
  await client.publishAsync(topic, payload(location), { qos: 1 })
  console.log(lat.toFixed(5), lon.toFixed(5))
  await new Promise((resolve) => setTimeout(resolve, every * 1000))
}
await client.endAsync()
