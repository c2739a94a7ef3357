export type Workload = ReturnType<typeof createWorkload>

/** Where orders are called out: all vendors who listen hear of one in the same moment, so that they race for it. */
export function createWorkload() {
  const listeners = new Set<(orderId: string) => void>()
  return {
    callOut: (orderId: string) => listeners.forEach((listen) => listen(orderId)),
    listen: (listener: (orderId: string) => void) => void listeners.add(listener),
  }
}
