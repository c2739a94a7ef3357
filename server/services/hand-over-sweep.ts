import type { Clock } from '../lib/clock.ts'
import { logLevelOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { HandOverService } from './hand-over.service.ts'

export interface HandOverSweepDependencies {
  handOver: Pick<HandOverService, 'sweep'>
  nodes: { isLeader(): boolean }
  clock: Clock
  log: Log
}

const sweepEvery = 10_000

/** Sweeps at the start of a node, then regularly on the leader. */
export function createHandOverSweep({ handOver, nodes, clock, log }: HandOverSweepDependencies) {
  let stopped = false
  let cancel = () => {}
  let running = Promise.resolve()

  function run(wanted: boolean) {
    running = (wanted ? handOver.sweep() : Promise.resolve())
      .catch((error: unknown) => log[logLevelOf(error)]({ error }, 'jobs of inactive vendors could not be handed over'))
      .then(() => {
        if (!stopped) cancel = clock.after(sweepEvery, () => run(nodes.isLeader()))
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
