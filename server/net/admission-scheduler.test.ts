import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createAdmissionScheduler } from './admission-scheduler.ts'

async function setUp() {
  const log: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    log.push('arrived')
    sockets.add(socket.on('error', () => {}))
  })
  const inTurn = createAdmissionScheduler(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    log,
    inTurn,
    knock: () => void sockets.add(connect(port, '127.0.0.1').on('error', () => {})),
    stop() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Resolves when everything in the line has been begun; notes every turn of the event loop until then. */
function allOf(inTurn: (begin: () => void) => void, count: number, log: string[]) {
  return new Promise<void>((resolve) => {
    const noteTurns = () => {
      log.push('turn')
      if (log.filter((line) => line === 'begun').length < count) setImmediate(noteTurns)
      else resolve()
    }
    for (let n = 0; n < count; n++) inTurn(() => log.push('begun'))
    setImmediate(noteTurns)
  })
}

test('begins a few at once, and a few in each turn of the event loop', async () => {
  const { log, inTurn, stop } = await setUp()
  await allOf(inTurn, 34, log)
  const few = Array.from({ length: 16 }, () => 'begun')
  assert.equal(log, [...few, ...few, 'turn', 'begun', 'begun', 'turn'])
  stop()
})

test('lets in whoever is at the door before it goes on', async () => {
  const { log, inTurn, knock, stop } = await setUp()
  for (let n = 0; n < 30; n++) knock()
  await allOf(inTurn, 17, log)
  assert.is(log.slice(0, log.lastIndexOf('begun')).filter((line) => line === 'arrived').length, 30)
  stop()
})

test('does not wait for ever while more and more come', async () => {
  const { log, inTurn, knock, stop } = await setUp()
  let coming = true
  const come = () => {
    knock()
    if (coming) setImmediate(come)
  }
  come()
  await allOf(inTurn, 32, log)
  coming = false
  assert.ok(log.slice(0, log.lastIndexOf('begun')).filter((line) => line === 'arrived').length > 1)
  stop()
})

test.run()
