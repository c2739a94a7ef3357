import { setTimeout as sleep } from 'node:timers/promises'
import { steadily } from '../../../server/system-tests/lib/waiting.ts'
import { serveCalls } from '../remote-calls.ts'
import { processCpuTime, residentMemory } from '../cpu-time.ts'
import type { Subject, SubjectOptions } from './subject.ts'
import { createDrive, type DriveOptions } from './drive.ts'
import { programs, isProgram } from './names.ts'
import { benchOrder } from './order.ts'

// The process of one subject, named by the first argument. process.ts starts it.

export interface PublishRate {
  perSecond: number
  seconds: number
}

export type HostApi = typeof api

let subject: Subject | null = null
let drive: Awaited<ReturnType<typeof createDrive>> | null = null

function running(): { subject: Subject; drive: Awaited<ReturnType<typeof createDrive>> } {
  if (!subject || !drive) throw new Error('not started')
  return { subject, drive }
}

const pids = () => [process.pid, ...running().subject.pids]

const api = {
  /** Resolves to the subject's endpoints and the port for completions. */
  async start(options: SubjectOptions) {
    const [, , name = ''] = process.argv
    if (!isProgram(name)) throw new Error(`unknown subject ${name}`)
    const { start } = await programs[name]()
    const started = await start(options)
    subject = started
    drive = await createDrive({
      publish: () => started.publish(benchOrder()),
      pids: [process.pid, ...started.pids],
    })
    return { endpoint: started.endpoint, orderApi: started.orderApi, completionPort: drive.port }
  },

  run: (options: DriveOptions) => running().drive.run(options),

  /** Publishes at a steady rate, without waiting for completions. */
  publishAtRate: ({ perSecond, seconds }: PublishRate) =>
    steadily(perSecond, seconds, () => running().subject.publish(benchOrder())),

  /** Resident memory of all its processes after garbage collections, in KB. */
  async memory(): Promise<number> {
    for (let n = 0; n < 3; n++) {
      globalThis.gc?.()
      await sleep(50)
    }
    return residentMemory(pids())
  },

  /** Heap and external memory of this process after garbage collection, in KB; child processes are not included. */
  heap(): number {
    globalThis.gc?.()
    globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    return (heapUsed + external) / 1024
  },

  /** CPU time of all its processes so far, in ms. */
  processor: () => processCpuTime(pids()),

  async stop(): Promise<void> {
    drive?.close()
    await subject?.stop()
  },
}

serveCalls(api)
