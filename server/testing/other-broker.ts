import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import createMemoryPersistence from 'aedes-persistence'
import type { IClientOptions } from 'mqtt'
import { disableDuplicateCheck } from '../mqtt/transport/aedes-internals.ts'
import { Probe } from './probe.ts'

export type OtherBroker = Awaited<ReturnType<typeof startOtherBroker>>

/**
 * A broker that people already run: one without our rules, which may go and come back at the same address. `password`:
 * what everybody must know. It keeps sessions and retained messages, as one with a disk does.
 */
export async function startOtherBroker({ password }: { password?: string } = {}) {
  const engine = createMemoryPersistence()
  // Aedes ends what it was given; this is to outlive it.
  const kept = new Proxy(engine, {
    get: (target, name) => {
      if (name === 'destroy') return (done?: () => void) => done?.()
      const own: unknown = Reflect.get(target, name)
      return typeof own === 'function' ? own.bind(target) : own
    },
  })
  const sockets = new Set<Socket>()
  const clients = new Map<string, number>()
  let broker: Aedes | null = null
  let server: Server | null = null
  let port = 0
  let started = 0
  let cameIn = () => {}

  async function start() {
    // Later packets must have later ids, as in broker.ts.
    const aedes = await Aedes.createBroker({ id: `other-${++started}`, persistence: kept })
    aedes.authenticate = (_client, _name, given, done) => {
      const known = password === undefined || given?.toString() === password
      if (known) done(null, true)
      else done(Object.assign(new Error('no'), { returnCode: 5 }), false)
    }
    aedes.on('client', (client) => {
      disableDuplicateCheck(client)
      clients.set(client.id, (clients.get(client.id) ?? 0) + 1)
      cameIn()
    })
    aedes.addListener('error', () => {})
    const listening = createServer((socket) => {
      sockets.add(socket.once('close', () => sockets.delete(socket)))
      aedes.handle(socket)
    })
    await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve))
    port = (listening.address() as AddressInfo).port
    broker = aedes
    server = listening
  }
  await start()
  const at = `127.0.0.1:${port}`

  return {
    at,
    url: `mqtt://${at}`,
    start,

    /** Resolves when a client whose id begins so has come in, since `since` times. */
    async until(id: string, times = 1): Promise<void> {
      const count = () => [...clients].reduce((sum, [known, n]) => sum + (known.startsWith(id) ? n : 0), 0)
      while (count() < times) await new Promise<void>((resolve) => (cameIn = resolve))
    },

    /** Somebody who is connected there. */
    connect: (options: IClientOptions = {}) => Probe.connect(`mqtt://${at}`, { username: 'x', password, ...options }),

    /** Ends every connection, as a network would. */
    cut: () => sockets.forEach((socket) => socket.destroy()),

    async stop() {
      for (const socket of sockets) socket.destroy()
      const [ending, closing] = [broker, server]
      broker = null
      server = null
      if (!ending || !closing) return
      await new Promise((resolve) => closing.close(resolve))
      await new Promise<void>((resolve) => ending.close(resolve))
    },
  }
}
