import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { memoryOf } from '../../server/system-tests/lib/process.ts'
import { dataFolder, startServer } from '../../server/system-tests/lib/server.ts'
import { startWatchers } from '../../server/system-tests/lib/watchers.ts'
import { orderPlacer } from '../../server/system-tests/lib/orders.ts'

// npm run cost: what one dashboard costs a node, in memory and in processor time, measured on this machine: the figures
// that server/README.md reckons with. Some two minutes.

const steps = [0, 500, 1_000, 2_000]
const perSecond = 10
const seconds = 10

/** Processor time a process has used, in milliseconds (utime and stime of proc(5), in hundredths of a second). */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

const { dir, remove } = await dataFolder()
const server = await startServer(dir)
const watchers: Awaited<ReturnType<typeof startWatchers>>[] = []
try {
  const customer = await server.customer()
  const placer = orderPlacer(server.app, customer, await server.service())
  console.log('dashboards  MB resident  ms of processor a second  orders a second')
  let connected = 0
  for (const count of steps) {
    const urls = Array.from({ length: count - connected }, () => server.app.websocket)
    if (urls.length > 0)
      watchers.push(await startWatchers({ urls, token: server.admin.token, filters: ['orders/new'] }))
    connected = count
    await sleep(3_000)
    const memory = memoryOf(server.pid)
    const before = processorTime(server.pid)
    for (let n = 0; n < perSecond * seconds; n++) {
      await Promise.all([placer.place(), sleep(1_000 / perSecond)])
    }
    const used = (processorTime(server.pid) - before) / seconds
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
