import type { Clock } from '../lib/clock.ts'
import { logLevelOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'

export interface RegularSweepDependencies {
  sweep(): Promise<void>
  /** Logged with the error when a sweep fails. */
  failure: string
  /** In ms. */
  every?: number
  nodes: { isLeader(): boolean }
  clock: Clock
  log: Log
}

const sweepEvery = 10_000

/** Sweeps at the start of a node, then regularly on the leader. */
export function createRegularSweep({
  sweep,
  failure,
  every = sweepEvery,
  nodes,
  clock,
  log,
}: RegularSweepDependencies) {
  let stopped = false
  let cancel = () => {}
  let running = Promise.resolve()

  function run(wanted: boolean) {
    running = (wanted ? sweep() : Promise.resolve())
      .catch((error: unknown) => log[logLevelOf(error)]({ error }, failure))
      .then(() => {
        if (!stopped) cancel = clock.after(every, () => run(nodes.isLeader()))
      })
  }

  return {
    start(): void {
      stopped = false
      run(true)
    },
    async stop(): Promise<void> {
      stopped = true
      cancel()
      await running
    },
  }
}
