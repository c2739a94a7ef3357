import { join } from 'node:path'
import createLevelPersistence from 'aedes-persistence-level'
import { ClassicLevel } from 'classic-level'
import { connectOnce, createRedis } from '../../net/redis.ts'
import type { DeviceEngine } from './persistence.ts'
import { createOfflineQueues } from './offline-queues.ts'
import { createRedisEngine, sessionsIn } from './redis-engine.ts'
import { storedSessions } from './stored-sessions.ts'

/** Where the sessions of devices are kept. */
export interface SessionStorage {
  open(): Promise<void>
  createEngine(): DeviceEngine
  /** The client ids of all sessions that anything is kept of. */
  stored(): AsyncIterable<string>
}

/** In files of this process alone. */
export function storeSessionsInFiles(dataDir: string): SessionStorage {
  const files = new ClassicLevel<string, Buffer>(join(dataDir, 'device-sessions'), { valueEncoding: 'buffer' })
  return {
    open: () => files.open(),
    createEngine() {
      const engine = createLevelPersistence(files)
      return {
        engine,
        queues: createOfflineQueues(engine),
        // The keys of the engine are ASCII. LevelDB keeps a deleted value until its file is rewritten.
        compact: () => files.compactRange('', '~'),
      }
    },
    stored: () => storedSessions(files),
  }
}

/** In Redis, for all nodes: a device may come back to any of them. */
export function storeSessionsInRedis(url: string): SessionStorage {
  let redis = createRedis(url)
  return {
    open: () => connectOnce(redis),
    createEngine() {
      redis = createRedis(url)
      return createRedisEngine(redis)
    },
    stored: () => sessionsIn(redis),
  }
}
