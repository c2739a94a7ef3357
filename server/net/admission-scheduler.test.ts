import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createAdmissionScheduler } from './admission-scheduler.ts'

async function setUp() {
  const log: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    log.push('accepted')
    sockets.add(socket.on('error', () => {}))
  })
  const schedule = createAdmissionScheduler(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    log,
    schedule,
    openConnection: () => void sockets.add(connect(port, '127.0.0.1').on('error', () => {})),
    stop() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Schedules `count` tasks and resolves when all have started; logs each event-loop turn until then. */
function runAll(schedule: (task: () => void) => void, count: number, log: string[]) {
  return new Promise<void>((resolve) => {
    const logTurns = () => {
      log.push('turn')
      if (log.filter((line) => line === 'started').length < count) setImmediate(logTurns)
      else resolve()
    }
    for (let n = 0; n < count; n++) schedule(() => log.push('started'))
    setImmediate(logTurns)
  })
}

test('16 tasks start at once, and 16 more in each turn of the event loop', async () => {
  const { log, schedule, stop } = await setUp()
  await runAll(schedule, 34, log)
  const batch = Array.from({ length: 16 }, () => 'started')
  assert.equal(log, [...batch, ...batch, 'turn', 'started', 'started', 'turn'])
  stop()
})

test('connections in the listen backlog are accepted before deferred tasks start', async () => {
  const { log, schedule, openConnection, stop } = await setUp()
  for (let n = 0; n < 30; n++) openConnection()
  await runAll(schedule, 17, log)
  assert.is(log.slice(0, log.lastIndexOf('started')).filter((line) => line === 'accepted').length, 30)
  stop()
})

test('tasks start after a bounded delay while new connections keep arriving', async () => {
  const { log, schedule, openConnection, stop } = await setUp()
  let arriving = true
  const keepConnecting = () => {
    openConnection()
    if (arriving) setImmediate(keepConnecting)
  }
  keepConnecting()
  await runAll(schedule, 32, log)
  arriving = false
  assert.ok(log.slice(0, log.lastIndexOf('started')).filter((line) => line === 'accepted').length > 1)
  stop()
})

test.run()
