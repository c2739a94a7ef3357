import { setTimeout as sleep } from 'node:timers/promises'
import { dataFolder } from '../../server/system-tests/lib/server.ts'
import { eventually, within } from '../../server/system-tests/lib/waiting.ts'
import { countUnsettled } from './compare/database.ts'
import type { Difference } from './compare/difference.ts'
import { compareAll } from './compare/compare.ts'
import { config } from './config.ts'
import { createFaultInjection } from './fault-injection.ts'
import { setUp } from './setup.ts'
import { missingActivity } from './minimum-activity.ts'
import type { Counters } from './counters.ts'

export interface RunOptions {
  minutes: number
  /** The end of a run that goes on because too little has happened, in minutes. */
  atMost: number
  seed: number
  killEvery: number
  nodes: number
  dashboards: number
  onlyKills: boolean
  /** Environment of the servers: the database and Redis that they share. */
  env: Record<string, string>
  /** Ends the fault injection early; the comparison follows all the same. */
  interrupted: AbortSignal
  /** About once a second. */
  onProgress(state: Progress): void
}

export interface Progress {
  seconds: number
  phase: string
  counters: Readonly<Counters>
  links: number
}

export interface Outcome {
  seconds: number
  counters: Readonly<Counters>
  stored: number
  /** Mean time from the start of the process to its ready line, in ms. */
  startTime: number
  differences: Difference[]
}

/**
 * Injects faults for `minutes`, and on until enough has happened (minimum-activity.ts); lets the actors finish, waits until
 * all is quiet, and compares.
 */
export async function runChaos(options: RunOptions): Promise<Outcome> {
  const { minutes, atMost, killEvery, onlyKills, interrupted, onProgress } = options
  const { dir, remove } = await dataFolder()
  const source = { dir, env: options.env }
  const setup = await setUp({ ...options, dir }).catch(async (error: unknown) => {
    await remove()
    throw error
  })
  const { faults, counters, proxy, server, dashboards } = setup
  const begun = performance.now()
  const length = minutes * 60_000
  const gracefulFrom = begun + (length * 2) / 3
  const injection = createFaultInjection({ ...setup, killEvery, onlyKills, gracefulFrom })
  /** Without an admin, the pages and requests of the admins never succeed. */
  const noAdmin = () => setup.found.some(({ kind }) => kind === 'no admin')
  let phase = ''
  /** Resolves after `minutes`; if a slow machine has done too little by then, after up to `atMost`. */
  async function enough() {
    await sleep(length, null, { signal: interrupted })
    while (performance.now() < begun + atMost * 60_000) {
      // The moves of offers are counted by the comparison.
      const missing = missingActivity({ ...counters, offerMoves: Infinity }, options)
      if (missing.length === 0) return
      phase = `too little so far: ${missing.join(', ')}`
      await sleep(1_000, null, { signal: interrupted })
    }
  }
  const progressTimer = setInterval(() => {
    const seconds = (performance.now() - begun) / 1000
    onProgress({ seconds, phase: phase || injection.activity(), counters, links: proxy.links() })
  }, 1_000)

  try {
    faults.disruptive = faults.reordering = true
    if (onlyKills) for (const one of dashboards) one.stopWaking()
    const working = setup.runActors()
    const injecting = injection.run()
    await Promise.race([enough().catch(() => {}), injecting])

    phase = 'only reordering'
    faults.disruptive = false
    await injecting
    const seconds = (performance.now() - begun) / 1000
    // From here on only reconnecting may correct a dashboard.
    for (const one of dashboards) one.stopWaking()
    await eventually(() => noAdmin() || setup.allConnected(), config.settleWithin)
    await sleep(config.reorderFor)

    phase = 'finishing'
    setup.finishActors()
    const finished = working.then(() => true)
    if (noAdmin() || !(await within(config.finishWithin, finished))) setup.giveUp()
    await within(config.finishWithin, finished)
    proxy.release()
    faults.reordering = false
    await setup.leave()

    phase = 'settling'
    const settled = async () => (noAdmin() || setup.allConnected()) && (await countUnsettled(source)) === 0
    await eventually(settled, config.settleWithin)
    await sleep(config.quietFor)

    phase = 'comparing'
    const { differences, stored, offerMoves } = await compareAll(setup, source)
    counters.offerMoves = offerMoves
    const startTimes = server.startTimes()
    const startTime = startTimes.reduce((sum, time) => sum + time, 0) / startTimes.length
    return { seconds, counters, stored, startTime, differences }
  } finally {
    clearInterval(progressTimer)
    await setup.stop()
    await remove()
  }
}
