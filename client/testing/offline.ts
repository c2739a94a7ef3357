import type { OfflineChanges } from '../models/offline/offline-changes.ts'
import type { PendingChange } from '../models/orders/pending-changes.ts'

/** Steps that are kept as long as the test holds them: over what a test calls a reload. */
export function keptInMemory(): OfflineChanges & { steps: PendingChange[] } {
  const kept = {
    steps: new Array<PendingChange>(),
    all: async () => [...kept.steps],
    async put(step: PendingChange) {
      kept.steps = [...kept.steps.filter(({ commandId }) => commandId !== step.commandId), step]
    },
    async remove(commandIds: readonly string[]) {
      kept.steps = kept.steps.filter(({ commandId }) => !commandIds.includes(commandId))
    },
  }
  return kept
}
