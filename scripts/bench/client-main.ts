import { setTimeout as sleep } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright-core'
import { Order } from '#shared/orders.ts'
import { User } from '#shared/users.ts'
import type { ApiClient } from '../../client/e2e/api.ts'
import { TestEnvironment } from '../../client/e2e/environment.ts'
import { installProbe, type Observations } from './page-probe.ts'
import { seedOrders } from './seed-orders.ts'

// npm run bench:client [-- 10000]: the cost of 10,000 live orders for an admin's page, in a real Chromium with a real
// server: catching up on all of them, single changes, 200 changes a second, and opening the page. Takes one minute.

const count = Number(process.argv[2] ?? 10_000)
const singleChanges = 20
const [perSecond, seconds] = [200, 5]
let nextVendor = 0

const stage = await TestEnvironment.open({ RATE_LIMITS: 'off' })
try {
  const page = await stage.newPage({ width: 1280, height: 800 })
  // tsx compiles calls of a helper `__name` into functions; the page does not have it.
  await page.addInitScript('globalThis.__name = (named) => named')
  await page.addInitScript(installProbe)
  const protocol = await page.context().newCDPSession(page)
  await protocol.send('Performance.enable')
  const busy = await busyTime(protocol)

  const vendors = await createVendors(await stage.apiClient('admin@example.com'))
  await page.goto(stage.url)
  await stage.signIn(page, 'admin@example.com')

  await stage.network.off()
  await stage.stopServer()
  await page.waitForSelector('html[data-live="offline"]')
  const orders = await seedOrders(stage.dataDir, count, vendors)
  await stage.startServer()
  await observations(page)
  await busy()
  await stage.network.on()
  await page.waitForFunction((open) => document.body.textContent.includes(open), String(count), { timeout: 120_000 })
  await page.waitForSelector('html[data-live="live"]', { timeout: 60_000 })
  report(`caught up on ${count} changes`, await observations(page), await busy(), await heap(protocol))

  const admin = await stage.apiClient('admin@example.com')
  const visible = await page.evaluate((most) => {
    const rows = [...document.querySelectorAll('tr[data-order-id]')].slice(0, most)
    return rows.map((row) => row.getAttribute('data-order-id') ?? '')
  }, singleChanges)
  await sleep(2_000)
  await observations(page)
  await busy()
  for (const id of visible) {
    await assign(admin, id, vendors)
    await sleep(150)
  }
  report(`${visible.length} changes of visible rows, one by one`, await observations(page), await busy())

  const stride = Math.floor(count / (perSecond * seconds))
  const ids = Array.from({ length: perSecond * seconds }, (_, index) => orders[index * stride]?.id ?? '')
  const begun = performance.now()
  const assignments: Promise<void>[] = []
  for (const [index, id] of ids.entries()) {
    const early = (index * 1000) / perSecond - (performance.now() - begun)
    if (early > 1) await sleep(early)
    assignments.push(assign(admin, id, vendors))
  }
  await Promise.all(assignments)
  const assigning = performance.now() - begun
  const received = await untilReceived(page, ids.length)
  report(
    `${ids.length} changes in ${(assigning / 1000).toFixed(1)} s, the page ${received.late.toFixed(0)} ms behind`,
    received.seen,
    await busy(),
  )

  await page.reload()
  await page.waitForSelector('tr[data-order-id]', { timeout: 60_000 })
  await page.waitForSelector('html[data-live="live"]', { timeout: 60_000 })
  await sleep(6_000)
  const opened = await observations(page)
  report('page opened', opened, await busy(), `first row after ${opened.firstRow.toFixed(0)} ms`, await heap(protocol))
} finally {
  await stage.close()
}

async function createVendors(admin: ApiClient) {
  const names = Array.from({ length: 20 }, (_, index) => `Vendor ${index}`)
  return Promise.all(
    names.map(async (name, index) => {
      const email = `bench-${index}@example.com`
      const { id } = await admin.post('/users', User, { name, email, password: 'measured only', role: 'vendor' })
      return { id, name }
    }),
  )
}

/** Assigns the order to the next vendor, so its row moves between lists and the counts change. */
async function assign(admin: ApiClient, id: string, vendors: readonly { id: string }[]) {
  const vendorId = vendors[nextVendor++ % vendors.length]?.id
  await admin.post(`/orders/${id}/assign`, Order, { vendorId })
}

async function observations(page: Page): Promise<Observations> {
  return page.evaluate(() => window.observations())
}

/** Resolves when the page has received that many changes: its observations, and how long that took from now, in ms. */
async function untilReceived(page: Page, changes: number): Promise<{ seen: Observations; late: number }> {
  const begun = performance.now()
  const seen = await observations(page)
  let late = 0
  while (seen.received < changes && late < 60_000) {
    await sleep(100)
    const more = await observations(page)
    late = performance.now() - begun
    seen.received += more.received
    seen.longest = Math.max(seen.longest, more.longest)
    seen.longTasks += more.longTasks
    seen.rowsTouched += more.rowsTouched
    seen.arrivalToChange.push(...more.arrivalToChange)
    seen.arrivalToPaint.push(...more.arrivalToPaint)
  }
  return { seen, late }
}

/** Returns a function that reads the main thread's busy time since its previous call, in ms. */
async function busyTime(protocol: CDPSession) {
  let last = 0
  return async () => {
    const { metrics } = await protocol.send('Performance.getMetrics')
    const now = (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
    const since = now - last
    last = now
    return since < 0 ? now : since
  }
}

async function heap(protocol: CDPSession): Promise<string> {
  await protocol.send('HeapProfiler.collectGarbage')
  const { usedSize } = await protocol.send('Runtime.getHeapUsage')
  return `heap ${(usedSize / 1e6).toFixed(1)} MB`
}

function shares(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1)
  return `${at(0.5)} ms median, ${at(0.95)} ms p95 (${times.length})`
}

function report(title: string, seen: Observations, busy: number, ...more: string[]) {
  const figures = [
    `longest task ${seen.longest.toFixed(0)} ms (${seen.longTasks} over 50 ms)`,
    `main thread busy ${busy.toFixed(0)} ms`,
    `${seen.rowsTouched} of ${seen.rows} rows touched`,
    seen.arrivalToChange.length > 0 ? `arrival to change ${shares(seen.arrivalToChange)}` : '',
    seen.arrivalToPaint.length > 0 ? `arrival to paint ${shares(seen.arrivalToPaint)}` : '',
    ...more,
  ]
  console.log(`${title}\n  ${figures.filter(Boolean).join('\n  ')}`)
}
