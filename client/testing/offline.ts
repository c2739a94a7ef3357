import type { OfflineChanges } from '../models/offline/offline-changes.ts'
import type { PendingChange } from '../models/orders/pending-changes.ts'

/** Stores changes in memory; a test uses one store before and after its reload. */
export function inMemoryChanges(): OfflineChanges & { steps: PendingChange[] } {
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
