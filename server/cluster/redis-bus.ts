import { Redis } from 'ioredis'
import { MQEmitterRedisPrefix } from 'mqemitter-redis'
import { createRedis, redisOptions } from '../net/redis.ts'
import type { Bus, NodeMessages } from './messages.ts'

const channels = 'callout:'

/** Redis as what connects the nodes: publish and subscribe, by mqemitter-redis. Never waits for it to be there. */
export function createRedisBus(url: string): Bus {
  const commands = createRedis(url)
  // Its subscriptions wait until they can be made: they are all it is for.
  const waiting = { enableOfflineQueue: true, maxRetriesPerRequest: null, commandTimeout: undefined }
  const subscriber = new Redis(url, { ...redisOptions, ...waiting, autoResendUnfulfilledCommands: true })
  const bus = new MQEmitterRedisPrefix(channels, { pubConn: commands, subConn: subscriber })
  const lost: ((reason: string) => void)[] = []
  let reason = 'no connection'
  // Without a listener an error would end the process.
  bus.state.on('error', (error: Error) => (reason = error.message || String(error)))
  for (const connection of [commands, subscriber])
    connection.on('close', () => lost.forEach((listener) => listener(reason)))
  const begin: (() => void)[] = []

  return {
    async start() {
      for (const listen of begin) listen()
      await Promise.all([commands, subscriber].map((connection) => connection.connect().catch(() => {})))
    },
    async stop() {
      lost.length = 0
      commands.disconnect()
      subscriber.disconnect()
    },
    send(kind, from, body) {
      bus.emit({ topic: kind, from, body }, () => {})
    },
    on<Kind extends keyof NodeMessages>(kind: Kind, listener: (body: NodeMessages[Kind], from: string) => void) {
      begin.push(() =>
        bus.on<{ body: NodeMessages[Kind]; from: string }>(kind, ({ body, from }, done) => {
          listener(body, from)
          done()
        }),
      )
    },
    onLost: (listener) => void lost.push(listener),
  }
}
