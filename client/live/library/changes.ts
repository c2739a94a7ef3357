import type { Change } from './callout.d.ts'

export interface ChangesDependencies {
  /** Called before `handOver`; what it changes is handed over with the rest. */
  before(): void
  handOver(change: Change): void
}

/** Collects what changes within one task, and hands it over in one piece. */
export function createChanges({ before, handOver }: ChangesDependencies) {
  const [orders, vendors] = [new Set<string>(), new Set<string>()]
  let scheduled = false

  function schedule() {
    if (scheduled) return
    scheduled = true
    queueMicrotask(() => {
      before()
      scheduled = false
      const change = { orders: [...orders], vendors: [...vendors] }
      orders.clear()
      vendors.clear()
      handOver(change)
    })
  }

  return {
    order(id: string) {
      orders.add(id)
      schedule()
    },
    vendor(id: string) {
      vendors.add(id)
      schedule()
    },
    /** Neither orders nor vendors, but the state. */
    state: schedule,
  }
}
