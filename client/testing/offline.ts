import type { OfflineChanges } from '../models/offline/offline-changes.ts'
import type { PendingChange } from '../models/orders/pending-changes.ts'

/** Stores changes in memory; a test uses one store before and after its reload. */
export function inMemoryChanges(): OfflineChanges & { stored: PendingChange[] } {
  const memory = {
    stored: new Array<PendingChange>(),
    all: async () => [...memory.stored],
    async put(change: PendingChange) {
      memory.stored = [...memory.stored.filter(({ commandId }) => commandId !== change.commandId), change]
    },
    async remove(commandIds: readonly string[]) {
      memory.stored = memory.stored.filter(({ commandId }) => !commandIds.includes(commandId))
    },
  }
  return memory
}
