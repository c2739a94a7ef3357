import { setTimeout as sleep } from 'node:timers/promises'
import { dataFolder } from '../../server/system-tests/lib/server.ts'
import { eventually, within } from '../../server/system-tests/lib/waiting.ts'
import { countUnpublished } from './compare/database.ts'
import type { Difference } from './compare/difference.ts'
import { compareAll } from './compare/compare.ts'
import { config } from './config.ts'
import { createFaultInjection } from './fault-injection.ts'
import { setStage } from './setup.ts'
import type { Tally } from './counters.ts'

export interface RunOptions {
  minutes: number
  seed: number
  killEvery: number
  nodes: number
  dashboards: number
  onlyKills: boolean
  /** What the servers are told besides: the database and the Redis they share. */
  env: Record<string, string>
  /** Ends the mischief early; what has happened is compared all the same. */
  interrupted: AbortSignal
  /** About once a second. */
  onProgress(state: Progress): void
}

export interface Progress {
  seconds: number
  phase: string
  tally: Readonly<Tally>
  links: number
}

export interface Outcome {
  seconds: number
  tally: Readonly<Tally>
  stored: number
  /** Milliseconds from a start of the server to its ready line, on average. */
  startTime: number
  differences: Difference[]
}

/** Chaos for so many minutes, then quiet, then the comparison of everything with everything. */
export async function runChaos(options: RunOptions): Promise<Outcome> {
  const { minutes, killEvery, onlyKills, interrupted, onProgress } = options
  const { dir, remove } = await dataFolder()
  const place = { dir, env: options.env }
  const stage = await setStage({ ...options, dir }).catch(async (error: unknown) => {
    await remove()
    throw error
  })
  const { mood, tally, proxy, server, dashboards } = stage
  const begun = performance.now()
  const length = minutes * 60_000
  const politeFrom = begun + (length * 2) / 3
  const mischief = createFaultInjection({ ...stage, killEvery, onlyKills, politeFrom })
  let phase = ''
  const watching = setInterval(() => {
    const seconds = (performance.now() - begun) / 1000
    onProgress({ seconds, phase: phase || mischief.happening(), tally, links: proxy.links() })
  }, 1_000)

  try {
    mood.rough = mood.mild = true
    if (onlyKills) for (const one of dashboards) one.leaveAlone()
    const working = stage.work()
    const raging = mischief.run()
    await Promise.race([sleep(length, null, { signal: interrupted }).catch(() => {}), raging])

    phase = 'only reordering'
    mood.rough = false
    await raging
    const seconds = (performance.now() - begun) / 1000
    // Nothing but the connections themselves may mend what comes now.
    for (const one of dashboards) one.leaveAlone()
    await eventually(stage.allConnected, config.settleWithin)
    await sleep(config.tail)

    phase = 'finishing'
    stage.endWork()
    const finished = working.then(() => true)
    if (!(await within(config.finishWithin, finished))) stage.giveUp()
    await within(config.finishWithin, finished)
    proxy.release()
    mood.mild = false

    phase = 'settling'
    await eventually(async () => stage.allConnected() && (await countUnpublished(place)) === 0, config.settleWithin)
    await sleep(config.rest)

    phase = 'comparing'
    const { differences, stored } = await compareAll(stage, place)
    const startTimes = server.startTimes()
    const startTime = startTimes.reduce((sum, time) => sum + time, 0) / startTimes.length
    return { seconds, tally, stored, startTime, differences }
  } finally {
    clearInterval(watching)
    await stage.clear()
    await remove()
  }
}
