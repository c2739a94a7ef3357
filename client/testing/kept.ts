import type { KeptSteps } from '../models/kept-steps.ts'
import type { Step } from '../models/steps.ts'

/** Steps that are kept as long as the test holds them: over what a test calls a reload. */
export function keptInMemory(): KeptSteps & { steps: Step[] } {
  const kept = {
    steps: new Array<Step>(),
    all: async () => [...kept.steps],
    async put(step: Step) {
      kept.steps = [...kept.steps.filter(({ commandId }) => commandId !== step.commandId), step]
    },
    async remove(commandIds: readonly string[]) {
      kept.steps = kept.steps.filter(({ commandId }) => !commandIds.includes(commandId))
    },
  }
  return kept
}
