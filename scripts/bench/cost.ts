import { setTimeout as sleep } from 'node:timers/promises'
import { memoryOf } from '../../server/system-tests/lib/process.ts'
import { dataFolder, startServer } from '../../server/system-tests/lib/server.ts'
import { startWatchers } from '../../server/system-tests/lib/watchers.ts'
import { processCpuTime } from './cpu-time.ts'
import { orderPlacer } from '../../server/system-tests/lib/orders.ts'

// npm run cost: memory and CPU time that one dashboard costs a node on this machine. server/README.md uses the figures
// for capacity planning. Takes about two minutes.

const dashboardCounts = [0, 500, 1_000, 2_000]
const perSecond = 10
const seconds = 10

const { dir, remove } = await dataFolder()
const server = await startServer(dir)
const watchers: Awaited<ReturnType<typeof startWatchers>>[] = []
try {
  const customer = await server.customer()
  const placer = orderPlacer(server.app, customer, await server.service())
  console.log('dashboards  MB resident  ms of CPU a second   orders a second')
  let connected = 0
  for (const count of dashboardCounts) {
    const urls = Array.from({ length: count - connected }, () => server.app.websocket)
    if (urls.length > 0)
      watchers.push(await startWatchers({ urls, token: server.admin.token, filters: ['orders/new'] }))
    connected = count
    await sleep(3_000)
    const memory = memoryOf(server.pid)
    const before = processCpuTime([server.pid])
    for (let n = 0; n < perSecond * seconds; n++) {
      await Promise.all([placer.place(), sleep(1_000 / perSecond)])
    }
    const used = (processCpuTime([server.pid]) - before) / seconds
    console.log(
      `${String(count).padStart(10)}  ${memory.toFixed(1).padStart(11)}  ${used.toFixed(0).padStart(23)}  ${String(perSecond).padStart(15)}`,
    )
  }
  placer.end()
} finally {
  for (const one of watchers) one.end()
  await server.end('SIGKILL')
  await remove()
}
