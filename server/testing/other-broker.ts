import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import createMemoryPersistence from 'aedes-persistence'
import type { IClientOptions } from 'mqtt'
import { disableDuplicateCheck } from '../mqtt/transport/aedes-internals.ts'
import { Probe } from './probe.ts'

export type OtherBroker = Awaited<ReturnType<typeof startOtherBroker>>

/**
 * An external broker without our rules, which can stop and restart at the same address. `password`: required from every
 * client. It stores sessions and retained messages across restarts, as a broker with a disk does.
 */
export async function startOtherBroker({ password }: { password?: string } = {}) {
  const engine = createMemoryPersistence()
  // Aedes destroys its persistence when it closes; this one must survive a restart.
  const lastingEngine = new Proxy(engine, {
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
  let onConnected = () => {}

  async function start() {
    // Later packets need later ids, as in broker.ts.
    const aedes = await Aedes.createBroker({ id: `other-${++started}`, persistence: lastingEngine })
    aedes.authenticate = (_client, _name, given, done) => {
      const accepted = password === undefined || given?.toString() === password
      if (accepted) done(null, true)
      else done(Object.assign(new Error('no'), { returnCode: 5 }), false)
    }
    aedes.on('client', (client) => {
      disableDuplicateCheck(client)
      clients.set(client.id, (clients.get(client.id) ?? 0) + 1)
      onConnected()
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

    /** Resolves when clients whose id starts with `id` have connected `times` times. */
    async until(id: string, times = 1): Promise<void> {
      const count = () => [...clients].reduce((sum, [clientId, n]) => sum + (clientId.startsWith(id) ? n : 0), 0)
      while (count() < times) await new Promise<void>((resolve) => (onConnected = resolve))
    },

    /** Connects a client to this broker. */
    connect: (options: IClientOptions = {}) => Probe.connect(`mqtt://${at}`, { username: 'x', password, ...options }),

    /** Cuts every connection, as a failing network does. */
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
