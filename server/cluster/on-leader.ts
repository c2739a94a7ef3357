import type { Membership } from './membership.ts'

/** A task that may run on one node only. It can be started and stopped repeatedly. */
export interface LeaderTask {
  start(): void
  stop(): Promise<void>
}

/**
 * Runs the task on the leader, from `start` to `stop`. While Redis is unavailable every node is a leader for its own
 * clients, so no node starts the task; the node that runs it continues.
 */
export function runOnLeader(
  membership: Pick<
    Membership,
    'isLeader' | 'disconnectedSince' | 'onLeadershipGained' | 'onLeadershipLost' | 'onRejoin'
  >,
  task: LeaderTask,
): LeaderTask {
  let started = false
  // Changes run one after the other, so that a start is not lost during a stop.
  let lastChange = Promise.resolve()

  function update() {
    lastChange = lastChange.then(async () => {
      if (!started) return
      if (!membership.isLeader()) await task.stop()
      else if (membership.disconnectedSince() === null) task.start()
    })
  }
  membership.onLeadershipGained(update)
  membership.onLeadershipLost(update)
  membership.onRejoin(update)

  return {
    start() {
      started = true
      update()
    },
    async stop() {
      started = false
      await lastChange
      await task.stop()
    },
  }
}
