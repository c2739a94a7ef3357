import type { Membership } from './membership.ts'

/** What may run on one node only, and may be started and stopped at any time. */
export interface LeaderTask {
  start(): void
  stop(): Promise<void>
}

/**
 * Has it run on the node that leads, from `start` to `stop`. While Redis is away every node leads for its own clients, so
 * none begins to; the one where it runs goes on.
 */
export function runOnLeader(nodes: Membership, work: LeaderTask): LeaderTask {
  let open = false
  // One after the other: a start must not be lost in a stop that is under way.
  let placed = Promise.resolve()

  function place() {
    placed = placed.then(async () => {
      if (!open) return
      if (!nodes.isLeader()) await work.stop()
      else if (nodes.awaySince() === null) work.start()
    })
  }
  for (const listen of [nodes.onLead, nodes.onYield, nodes.onRejoin]) listen(place)

  return {
    start() {
      open = true
      place()
    },
    async stop() {
      open = false
      await placed
      await work.stop()
    },
  }
}
