import { Redis } from 'ioredis'
import { MQEmitterRedisPrefix } from 'mqemitter-redis'
import { createRedis, redisOptions } from '../net/redis.ts'
import type { Bus, NodeMessages } from './messages.ts'

const channelPrefix = 'callout:'

/** Connects the nodes by Redis publish/subscribe (mqemitter-redis). Never waits for Redis to become available. */
export function createRedisBus(url: string): Bus {
  const commands = createRedis(url)
  // Subscriptions wait for the connection: this one is used for nothing else.
  const waitForConnection = { enableOfflineQueue: true, maxRetriesPerRequest: null, commandTimeout: undefined }
  const subscriber = new Redis(url, { ...redisOptions, ...waitForConnection, autoResendUnfulfilledCommands: true })
  const bus = new MQEmitterRedisPrefix(channelPrefix, { pubConn: commands, subConn: subscriber })
  const lostListeners: ((reason: string) => void)[] = []
  let reason = 'no connection'
  // Without an error listener an error would end the process.
  bus.state.on('error', (error: Error) => (reason = error.message || String(error)))
  for (const connection of [commands, subscriber])
    connection.on('close', () => lostListeners.forEach((listener) => listener(reason)))
  const subscriptions: (() => void)[] = []

  return {
    async start() {
      for (const subscribe of subscriptions) subscribe()
      await Promise.all([commands, subscriber].map((connection) => connection.connect().catch(() => {})))
    },
    async stop() {
      lostListeners.length = 0
      commands.disconnect()
      subscriber.disconnect()
    },
    send(kind, from, body) {
      bus.emit({ topic: kind, from, body }, () => {})
    },
    on<Kind extends keyof NodeMessages>(kind: Kind, listener: (body: NodeMessages[Kind], from: string) => void) {
      subscriptions.push(() =>
        bus.on<{ body: NodeMessages[Kind]; from: string }>(kind, ({ body, from }, done) => {
          listener(body, from)
          done()
        }),
      )
    },
    onLost: (listener) => void lostListeners.push(listener),
  }
}
