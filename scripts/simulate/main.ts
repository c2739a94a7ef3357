import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pLimit from 'p-limit'
import { seeded } from '../../server/system-tests/lib/numbers.ts'
import { createAccounts } from './accounts.ts'
import { createApi } from './api.ts'
import { liveAsCustomer } from './customer.ts'
import { createPace } from './pace.ts'
import { findServer } from './server.ts'
import { createTally } from './tally.ts'
import { liveAsVendor } from './vendor.ts'

// npm run simulate [-- --customers 200 --vendors 40 --minutes 2 --speed 1 --seed 1 --api http://…]: README.md

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '200' },
    vendors: { type: 'string', default: '40' },
    minutes: { type: 'string', default: '2' },
    speed: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    api: { type: 'string' },
  },
})
const number = (name: 'customers' | 'vendors' | 'minutes' | 'speed' | 'seed', least: number, most: number) => {
  const value = Number(values[name])
  if (value >= least && value <= most) return value
  console.error(`--${name} takes a number from ${least} to ${most}`)
  process.exit(1)
}
const [customers, vendors] = [number('customers', 1, 5_000), number('vendors', 1, 1_000)]
const [minutes, speed, seed] = [number('minutes', 0.01, 1_440), number('speed', 0.1, 100), number('seed', 0, 2 ** 31)]

const stopping = new AbortController()
setMaxListeners(0, stopping.signal)
let signals = 0
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (signals++ === 0) console.error('\nending what is open; once more to stop at once')
    else process.exit(130)
    stopping.abort()
  })

const random = seeded(seed)
const tally = createTally()
const pace = createPace(random, speed, stopping.signal)
const server = await findServer(values.api).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
let progress: NodeJS.Timeout | undefined
try {
  await simulate()
} catch (error) {
  tally.failed('simulation', error)
} finally {
  clearInterval(progress)
  await server.end()
}
const { errors, ...done } = tally.counts
console.log(
  `${Object.entries(done)
    .map(([what, count]) => `${what} ${count}`)
    .join(' · ')} · open ${tally.open()} · errors ${errors}`,
)
for (const error of tally.errors) console.log(`  ${error}`)
process.exit(errors === 0 && tally.open() === 0 ? 0 : 1)

async function simulate() {
  const { http, admin } = server
  const api = createApi(http, stopping.signal, () => tally.add('limited'))
  const { accessToken: token } = await api.signIn(admin.email, admin.password)
  const accounts = await createAccounts(api, { token, password: admin.password })
  const services = await api.services(token)
  if (services.length === 0) throw new Error('there is no service to order')
  console.log(`${http}: sign in as ${admin.email}${server.isDemo ? `, password ${admin.password}` : ''}`)

  const url = `mqtt://${new URL(http).hostname}:${accounts.mqttPort}`
  const limit = pLimit(5)
  const vans = await Promise.all(Array.from({ length: vendors }, (_, n) => limit(() => accounts.van(n + 1, url))))
  const websocket = `${http.replace(/^http/, 'ws')}/mqtt`
  const living = [
    ...vans.map((van) => liveAsVendor({ van, random, pace, tally })),
    ...Array.from({ length: customers }, (_, n) =>
      liveAsCustomer({ api, url: websocket, services, session: accounts.session(n + 1), random, pace, tally }),
    ),
  ]
  showProgress()
  await sleep(minutes * 60_000, null, { signal: stopping.signal }).catch(() => {})
  stopping.abort()
  await Promise.all(living)
  await accounts.end()
}

function showProgress() {
  const begun = performance.now()
  const terminal = process.stderr.isTTY
  progress = setInterval(
    () => {
      const { placed, completed, cancelled, errors: wrong } = tally.counts
      const seconds = Math.round((performance.now() - begun) / 1000)
      const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
      const line = `${time}  placed ${placed} · open ${tally.open()} · completed ${completed} · cancelled ${cancelled} · errors ${wrong}`
      process.stderr.write(terminal ? `\r${line} ` : `${line}\n`)
    },
    terminal ? 1_000 : 10_000,
  )
}
