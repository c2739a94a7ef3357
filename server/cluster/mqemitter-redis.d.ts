/** The part of mqemitter-redis that redis-bus.ts uses. Its own types lack `state` and the class with a prefix. */
declare module 'mqemitter-redis' {
  import type { EventEmitter } from 'node:events'
  import type { Redis } from 'ioredis'

  export class MQEmitterRedisPrefix {
    constructor(prefix: string, options: { pubConn: Redis; subConn: Redis })
    readonly state: EventEmitter
    on<Message>(topic: string, listener: (message: Message, done: () => void) => void, done?: () => void): this
    emit(message: { topic: string; [key: string]: unknown }, done: (error?: Error) => void): void
  }
}
