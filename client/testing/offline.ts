import type { OfflineChanges } from '../models/offline/offline-changes.ts'
import type { PendingChange } from '../models/orders/pending-changes.ts'

/** Stores changes in memory; a test uses one store before and after its reload. */
export function inMemoryChanges(): OfflineChanges & { steps: PendingChange[] } {
  const memory = {
    steps: new Array<PendingChange>(),
    all: async () => [...memory.steps],
    async put(step: PendingChange) {
      memory.steps = [...memory.steps.filter(({ commandId }) => commandId !== step.commandId), step]
    },
    async remove(commandIds: readonly string[]) {
      memory.steps = memory.steps.filter(({ commandId }) => !commandIds.includes(commandId))
    },
  }
  return memory
}
