import { setTimeout as sleep } from 'node:timers/promises'
import { steadily } from '../../../server/system-tests/lib/waiting.ts'
import { answerCalls } from '../calls.ts'
import { processorTime, residentMemory } from '../processor.ts'
import type { Subject, SubjectOptions } from './subject.ts'
import { createDrive, type DriveOptions } from './drive.ts'
import { programs, isProgram } from './names.ts'
import { benchOrder } from './order.ts'

// One contestant, named by the first argument, in a process of its own (process.ts is the other end).

export interface Pace {
  perSecond: number
  seconds: number
}

export type HostApi = typeof api

let contestant: Subject | null = null
let drive: Awaited<ReturnType<typeof createDrive>> | null = null

function running(): { contestant: Subject; drive: Awaited<ReturnType<typeof createDrive>> } {
  if (!contestant || !drive) throw new Error('not started')
  return { contestant, drive }
}

const pids = () => [process.pid, ...running().contestant.pids]

const api = {
  /** Resolves to how it is entered, and where completions are to be said. */
  async start(options: SubjectOptions) {
    const [, , name = ''] = process.argv
    if (!isProgram(name)) throw new Error(`there is no contestant ${name}`)
    const { start } = await programs[name]()
    const started = await start(options)
    contestant = started
    drive = await createDrive({
      publish: () => started.publish(benchOrder()),
      pids: [process.pid, ...started.pids],
    })
    return { door: started.door, shop: started.shop, feedbackPort: drive.port }
  },

  run: (options: DriveOptions) => running().drive.run(options),

  /** Publishes so many orders a second, for so long; nobody is waited for. */
  pace: ({ perSecond, seconds }: Pace) =>
    steadily(perSecond, seconds, () => running().contestant.publish(benchOrder())),

  /** Resident memory of all its processes in KB, once what nobody needs any more is given back. */
  async memory(): Promise<number> {
    for (let n = 0; n < 3; n++) {
      globalThis.gc?.()
      await sleep(50)
    }
    return residentMemory(pids())
  },

  /** What a Node process still refers to, in KB; other processes are not seen into. */
  heap(): number {
    globalThis.gc?.()
    globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    return (heapUsed + external) / 1024
  },

  /** Processor time of all its processes so far, in ms. */
  processor: () => processorTime(pids()),

  async stop(): Promise<void> {
    drive?.close()
    await contestant?.stop()
  },
}

answerCalls(api)
